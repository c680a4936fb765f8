"""BPMN 2.0 XML to Chart. Everything that the engine does not run is refused by name and place."""
