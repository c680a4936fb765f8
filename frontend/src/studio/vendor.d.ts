// Libraries whose own types are missing or say "any": what we use of them.
declare module "bpmn-js/lib/Modeler" {
  const Modeler: new (options: Record<string, unknown>) => unknown;
  export default Modeler;
}
declare module "bpmn-js/lib/NavigatedViewer" {
  const NavigatedViewer: new (options: Record<string, unknown>) => unknown;
  export default NavigatedViewer;
}
declare module "bpmn-js/lib/features/context-pad/ContextPadProvider" {
  const ContextPadProvider: new (...services: unknown[]) => unknown;
  export default ContextPadProvider;
}
declare module "diagram-js-minimap" {
  const module: Record<string, unknown>;
  export default module;
}
