"""Runs acceptance scenarios: several instances, signals and messages between them, a virtual clock.

The format is that of the public BPMN scenarios (steps of actions and expectations over a BPMN file).
"""
