// CodeMirror, in which dmn-js lets people write cells, puts its styles into a style element, which the content policy
// does not allow. A constructed style sheet is allowed and does the same.
import { StyleModule } from "style-mod";

interface Home {
  modules: StyleModule[];
  sheet: CSSStyleSheet;
}
const homes = new WeakMap<Document | ShadowRoot, Home>();

StyleModule.mount = (root, modules) => {
  const given = Array.isArray(modules) ? (modules as StyleModule[]) : [modules as StyleModule];
  let home = homes.get(root);
  if (!home) {
    home = { modules: [], sheet: new CSSStyleSheet() };
    homes.set(root, home);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, home.sheet];
  }
  const fresh = given.filter((one) => !home.modules.includes(one));
  if (!fresh.length) return;
  // Later rules win: what is given keeps its order, behind what stood there before.
  home.modules = [...home.modules.filter((one) => !given.includes(one)), ...given];
  home.sheet.replaceSync(home.modules.map((one) => one.getRules()).join("\n"));
};
