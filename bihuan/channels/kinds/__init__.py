"""One package a kind of channel: what is special about it, and nothing that is common."""
