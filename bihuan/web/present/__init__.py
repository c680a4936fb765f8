"""From what queries give to what templates print: words, lamps, lines. No writing, no rights."""
