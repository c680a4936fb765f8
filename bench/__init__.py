"""Measurements: ``make bench [ONLY=prefix]`` prints one JSON object a line (shape in the contract)."""
