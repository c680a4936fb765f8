"""From the text of a procedure to the draft of a chart. Pure: no Django, no clock, no I/O. docs/reference/procedures.md."""

from bihuan.procedures.cleaning import clean
from bihuan.procedures.drafting import Draft, DraftForm, Question, draft
from bihuan.procedures.gaps import Gap, Totals, gaps, totals
from bihuan.procedures.model import LOST, Cleaned, Damage, Paragraph, Place, Source, Span
from bihuan.procedures.reading import read_text, source_of
from bihuan.procedures.refusals import TextRefused
from bihuan.procedures.understanding import understand
from bihuan.procedures.understanding.model import Procedure, Step, Understood

__all__ = [
    "LOST",
    "Cleaned",
    "Damage",
    "Draft",
    "DraftForm",
    "Gap",
    "Paragraph",
    "Place",
    "Procedure",
    "Question",
    "Source",
    "Span",
    "Step",
    "TextRefused",
    "Totals",
    "Understood",
    "clean",
    "draft",
    "gaps",
    "read_text",
    "source_of",
    "totals",
    "understand",
]
