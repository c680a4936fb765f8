"""Five whys: every question grows out of the answer before it."""

from django.utils.translation import gettext as _

LEAST = 3
USUAL = 5
_ENDS = "。．.！!？?；;，,、 "


def next_question(answer: str) -> str:
    """The question after an answer; without one the first question."""
    core = answer.strip().rstrip(_ENDS)
    if not core:
        return _("为什么会这样？")
    return _("为什么%(answer)s？") % {"answer": core if len(core) <= 60 else core[:60] + "…"}
