"""Pure rules: how layers of days become one calendar, what files of official days say, which years are missing."""
