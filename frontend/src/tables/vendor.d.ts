// As much of dmn-js and of CodeMirror's styles as is used here.
declare module "dmn-js-shared/lib/base/EditingManager" {
  export default class EditingManager {
    constructor(options: Record<string, unknown>);
    importXML(xml: string): Promise<{ warnings: unknown[] }>;
    saveXML(options: { format: boolean }): Promise<{ xml: string }>;
    getViews(): { id: string; type: string; element: { id: string } }[];
    open(view: unknown): Promise<unknown>;
    getActiveViewer(): { get(name: string): unknown; on(event: string, act: () => void): void } | undefined;
    on(event: string, act: (event: Record<string, unknown>) => void): void;
  }
}
declare module "dmn-js-decision-table/lib/Editor" {
  const Editor: unknown;
  export default Editor;
}
declare module "dmn-js-shared/lib/util/ModelUtil" {
  export function is(element: unknown, type: string): boolean;
}
declare module "style-mod" {
  export class StyleModule {
    getRules(): string;
    static mount(root: Document | ShadowRoot, modules: StyleModule | readonly StyleModule[], options?: unknown): void;
  }
}
