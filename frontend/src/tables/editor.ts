// dmn-js with the decision table alone: no diagram, no boxed expressions.
import "./sheets";
import DecisionTable from "dmn-js-decision-table/lib/Editor";
import EditingManager from "dmn-js-shared/lib/base/EditingManager";
import { is } from "dmn-js-shared/lib/util/ModelUtil";
import { all } from "../dom";
import { type Variable, data } from "./data";
import { BARE, translate } from "./library-zh";

interface Literal {
  text?: string;
  typeRef?: string;
}
interface Clause {
  id: string;
  label?: string;
  name?: string;
  typeRef?: string;
  inputExpression?: Literal;
  inputValues?: Literal;
  outputValues?: Literal;
}
interface Logic {
  hitPolicy?: string;
  aggregation?: string;
  input?: Clause[];
  output?: Clause[];
  rule?: { id: string }[];
  $parent: { name?: string };
}
interface Column {
  businessObject: Clause;
}
interface Modeling {
  addCol(attributes: Record<string, unknown>, at: number): Column;
  updateProperties(element: unknown, properties: Record<string, unknown>): void;
  editAllowedValues(element: unknown, values: string[] | null): void;
}
interface Stack {
  undo(): void;
  redo(): void;
  canUndo(): boolean;
  canRedo(): boolean;
}

class Tables extends EditingManager {
  _getViewProviders(): unknown[] {
    return [
      {
        id: "decisionTable",
        constructor: DecisionTable,
        opens: (element: { decisionLogic?: unknown }) => is(element, "dmn:Decision") && is(element.decisionLogic, "dmn:DecisionTable"),
      },
    ];
  }
}

const ours = { translate: ["value", translate] };

export class Editor {
  private readonly manager: Tables;

  constructor(container: HTMLElement, private readonly changed: () => void) {
    this.manager = new Tables({
      container,
      common: { dataTypes: ["string", "number", "boolean"], expressionLanguages: { options: [{ value: "feel", label: "FEEL" }], defaults: { editor: "feel" } } },
      decisionTable: { additionalModules: [ours] },
    });
  }

  async open(xml: string): Promise<void> {
    await this.manager.importXML(xml);
    const views = this.manager.getViews();
    const view = views.find((each) => each.element.id === data.key) ?? views[0];
    if (!view) throw new Error("no table");
    await this.manager.open(view);
    this.viewer?.on("elements.changed", () => {
      this.changed();
      window.requestAnimationFrame(bare);
    });
    window.requestAnimationFrame(bare);
  }

  private get viewer(): ReturnType<EditingManager["getActiveViewer"]> {
    return this.manager.getActiveViewer();
  }

  private part<Part>(name: string): Part | null {
    return (this.viewer?.get(name) as Part | undefined) ?? null;
  }

  async xml(): Promise<string> {
    return (await this.manager.saveXML({ format: true })).xml;
  }

  get logic(): Logic | null {
    return this.part<{ getRoot(): { businessObject: Logic } }>("sheet")?.getRoot().businessObject ?? null;
  }

  get stack(): Stack | null {
    return this.part<Stack>("commandStack");
  }

  /** A column that looks at a declared variable, with its values to choose from. */
  ask(variable: Variable): void {
    const [logic, modeling] = [this.logic, this.part<Modeling>("modeling")];
    if (!logic || !modeling) return;
    const made = modeling.addCol({ type: "dmn:InputClause" }, logic.input?.length ?? 0).businessObject;
    modeling.updateProperties(made, { label: variable.label });
    modeling.updateProperties(made.inputExpression, { text: variable.name, typeRef: typeOf(variable) });
    if (variable.values.length) modeling.editAllowedValues(made, variable.values.map(literal));
  }

  /** A column that sets a declared variable. */
  give(variable: Variable): void {
    const [logic, modeling] = [this.logic, this.part<Modeling>("modeling")];
    if (!logic || !modeling) return;
    const at = (logic.input?.length ?? 0) + (logic.output?.length ?? 0);
    const made = modeling.addCol({ type: "dmn:OutputClause" }, at).businessObject;
    modeling.updateProperties(made, { label: variable.label, name: variable.name, typeRef: typeOf(variable) });
    if (variable.values.length) modeling.editAllowedValues(made, variable.values.map(literal));
  }
}

function typeOf(variable: Variable): string {
  return ["number", "boolean"].includes(variable.type) ? variable.type : "string";
}

function literal(one: { value: string }): string {
  return `"${one.value}"`;
}

/** The words that the library says past its own translation, and the name of the column that it leaves without one. */
function bare(): void {
  for (const head of all("#table th.index-column")) if (!head.textContent) head.append("#");
  if (data.english) return;
  for (const element of all("#table [title], #table [aria-label]"))
    for (const name of ["title", "aria-label"]) {
      const said = BARE[element.getAttribute(name) ?? ""];
      if (said) element.setAttribute(name, said);
    }
}
