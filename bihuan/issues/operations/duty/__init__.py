"""Responsibility: who leads, who has a step, who sends it back, who decides, who helps."""
