"""Templates of issues."""

from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.issues.models import IssueTemplate


def issue_templates(*, actor: Actor, active: bool = True) -> list[IssueTemplate]:
    """In their order; ``active``: those on offer to whoever records issues, else all, for who sets things up."""
    if not actor.can("issues.create" if active else "settings.edit"):
        raise Forbidden
    rows = IssueTemplate.objects.select_related("type").order_by("position", "id")
    return list(rows.filter(is_active=True) if active else rows)


def issue_template(*, actor: Actor, template_id: int, active: bool = True) -> IssueTemplate:
    """One of them; not found where it is not on offer."""
    found = next((row for row in issue_templates(actor=actor, active=active) if row.pk == template_id), None)
    if found is None:
        raise NotFound
    return found
