"""Files as text: TXT in any Chinese encoding, DOCX, PDF."""

from bihuan.procedures.reading.read import read_text, source_of

__all__ = ["read_text", "source_of"]
