"""How a chart runs: command → guard → behaviour → events → appliers, and effects for the shell."""
