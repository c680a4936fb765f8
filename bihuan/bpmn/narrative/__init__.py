"""A chart told in plain Chinese or English, as data that a page can link."""

from bihuan.bpmn.narrative.model import Paragraph, Section
from bihuan.bpmn.narrative.tell import narrate, told

__all__ = ["Paragraph", "Section", "narrate", "told"]
