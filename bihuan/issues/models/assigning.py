"""Who is given a step by itself: rules, whose turn it is, who can do what."""

from django.db import models

from bihuan.issues.models.issue import IssueType


class AssignmentMethod(models.TextChoices):
    """How a step without a holder finds one. ``claim``: people take it; ``hand``: a dispatcher gives it."""

    CLAIM = "claim", "认领"
    HAND = "hand", "手工"
    TURN = "turn", "轮流"
    LOAD = "load", "按负荷"
    SKILL = "skill", "按技能"


class AssignmentRule(models.Model):
    """For steps of a role (in a department; None: wherever no rule names it). ``capacity``: nobody gets more open steps
    than that, 0: no bound. ``in_hours``: only while the company works; what comes at other times waits for the
    opening."""

    role = models.CharField(max_length=64)
    department = models.ForeignKey("accounts.Department", null=True, on_delete=models.CASCADE, related_name="+")
    method = models.CharField(max_length=8, choices=AssignmentMethod.choices, default=AssignmentMethod.CLAIM)
    capacity = models.SmallIntegerField(default=0)
    in_hours = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "department"], name="assignment_once", nulls_distinct=False)
        ]


class AssignmentTurn(models.Model):
    """Who had the last turn under a rule; its row is locked while a step is given, so that two never get the same."""

    rule = models.OneToOneField(AssignmentRule, on_delete=models.CASCADE, primary_key=True, related_name="+")
    last = models.BigIntegerField(default=0)


class Skill(models.Model):
    """A person knows issues of that type, about that product; None and '' mean any. ``level``: 1 knows it, 3 best."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    type = models.ForeignKey(IssueType, null=True, on_delete=models.CASCADE, related_name="+")
    product = models.CharField(max_length=100, blank=True)
    level = models.SmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "type", "product"], name="skill_once", nulls_distinct=False)
        ]
