"""Clocks: they follow their issue, tell people in time, follow policies and calendars."""
