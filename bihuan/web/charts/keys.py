"""Keys of charts in addresses."""


class KeyConverter:
    """Any name without a slash, and without NUL, which no database keeps."""

    regex = "[^/\\x00]+"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value
