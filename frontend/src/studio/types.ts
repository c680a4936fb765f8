// What this room uses of bpmn-js, by name and shape; nothing else of it is known here.

export interface Moddle {
  readonly $type: string;
  readonly $parent?: Moddle;
  readonly $attrs?: Record<string, unknown>;
  id: string;
  name?: string;
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  $instanceOf(type: string): boolean;
}

export interface Point {
  x: number;
  y: number;
}

export interface Element {
  readonly id: string;
  readonly type: string;
  readonly businessObject: Moddle;
  readonly di?: Moddle;
  readonly parent?: Element;
  readonly children: Element[];
  readonly incoming: Element[];
  readonly outgoing: Element[];
  readonly labelTarget?: Element;
  readonly source?: Element;
  readonly target?: Element;
  readonly host?: Element;
  readonly waypoints?: Point[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Box extends Point {
  width: number;
  height: number;
}

export type Listener = (event: { element: Element; [more: string]: unknown }) => unknown;

export interface Services {
  autoPlace: { append(source: Element, shape: Element): Element };
  bpmnFactory: { create(type: string, attrs?: Record<string, unknown>): Moddle };
  bpmnReplace: { replaceElement(element: Element, target: Record<string, unknown>): Element };
  canvas: {
    addMarker(element: Element | string, marker: string): void;
    removeMarker(element: Element | string, marker: string): void;
    getContainer(): HTMLElement;
    getLayer(name: string, index: number): SVGGElement;
    getRootElement(): Element;
    setRootElement(root: Element): void;
    findRoot(element: Element | string): Element | undefined;
    scrollToElement(element: Element | string, padding?: number): void;
    viewbox(box?: Box): Box & { scale: number; inner: Box; outer: { width: number; height: number } };
    zoom(scale?: number | "fit-viewport", center?: Point | "auto"): number;
    focus(): void;
    resized(): void;
  };
  commandStack: {
    canUndo(): boolean;
    canRedo(): boolean;
    undo(): void;
    redo(): void;
    clear(fire?: boolean): void;
    execute(command: string, context: Record<string, unknown>): void;
    registerHandler(command: string, handler: unknown): void;
  };
  contextPad: { open(element: Element, force?: boolean): void; close(): void };
  create: { start(event: Event, shape: Element, context?: Record<string, unknown>): void };
  directEditing: { activate(element: Element): void; isActive(): boolean; complete(): void; cancel(): void };
  dragging: { cancel(): void };
  editorActions: { trigger(action: string, options?: unknown): void; isRegistered(action: string): boolean };
  elementFactory: { createShape(attrs: Record<string, unknown>): Element; createParticipantShape(attrs?: unknown): Element };
  elementRegistry: {
    get(id: string): Element | undefined;
    forEach(act: (element: Element) => void): void;
    filter(test: (element: Element) => boolean): Element[];
    getGraphics(element: Element | string): SVGElement | undefined;
  };
  eventBus: {
    on(event: string | string[], priority: number | Listener, listener?: Listener): void;
    once(event: string, priority: number | Listener, listener?: Listener): void;
    off(event: string, listener: Listener): void;
    fire(event: string, data?: Record<string, unknown>): unknown;
  };
  globalConnect: { start(event: Event): void };
  graphicsFactory: { update(kind: "shape" | "connection", element: Element, gfx: SVGElement): void };
  keyboard: { addListener(priority: number, act: (context: { keyEvent: KeyboardEvent }) => unknown): void };
  minimap: { open(): void; close(): void; toggle(): void };
  modeling: {
    addLane(element: Element, where: "top" | "bottom"): Element;
    createShape(shape: Element, at: Point, parent: Element): Element;
    removeElements(elements: Element[]): void;
    updateLabel(element: Element, text: string): void;
    updateModdleProperties(element: Element, moddle: Moddle, properties: Record<string, unknown>): void;
    updateProperties(element: Element, properties: Record<string, unknown>): void;
  };
  overlays: {
    add(element: Element | string, type: string, overlay: { position: Record<string, number>; html: HTMLElement; show?: object; scale?: boolean }): string;
    remove(filter: { type: string } | string): void;
  };
  selection: { get(): Element[]; select(elements: Element | Element[] | null): void };
  toolManager: { setActive(tool: string | null): void };
}

export interface Editor {
  get<Name extends keyof Services>(name: Name): Services[Name];
  importXML(xml: string): Promise<{ warnings: unknown[] }>;
  saveXML(options: { format: boolean }): Promise<{ xml?: string }>;
  getDefinitions(): Moddle;
}

/** A sentence in both languages, as the server writes them. */
export interface Words {
  zh: string;
  en: string;
}

export interface Finding {
  key: string;
  kind: string;
  severity: "error" | "warning" | "info";
  elements: string[];
  path: string[] | null;
  message: string;
  suggestion: string;
  /** Looked for after the finding is shown. */
  mends?: { id: string; title: string }[];
}

export interface Mark {
  key: string;
  name: string;
  score: number;
  reasons: string[];
}

export interface Proof {
  findings: Finding[];
  marks: Mark[];
  sound: boolean | null;
}
