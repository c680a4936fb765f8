"""Forms as documents: a JSON Schema and its data become an A4 PDF or a DOCX. No Django, no database."""

from bihuan.documents.model import Block, Document, Heading, Pair, Remark, Table, build_document
from bihuan.documents.pdf import FontsMissing, render_pdf
from bihuan.documents.word import render_docx

__all__ = [
    "Block",
    "Document",
    "FontsMissing",
    "Heading",
    "Pair",
    "Remark",
    "Table",
    "build_document",
    "render_docx",
    "render_pdf",
]
