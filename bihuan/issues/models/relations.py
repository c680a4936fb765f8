"""How issues belong together: links, merges, and pairs of which somebody said that they are not the same."""

from django.db import models

from bihuan.issues.models.issue import Issue


class LinkKind(models.TextChoices):
    """Read from ``source`` to ``target``: the source is a child of the target, was caused by it, and so on."""

    RELATED = "related", "相关"
    CHILD_OF = "child_of", "子问题"
    CAUSED_BY = "caused_by", "起因"
    FOLLOWS = "follows", "接续"
    DUPLICATES = "duplicates", "重复"
    SPLIT_FROM = "split_from", "拆分"


class Link(models.Model):
    """Two issues have to do with each other. What points both ways (``related``, ``duplicates``) is stored once, the older
    issue as its target."""

    kind = models.CharField(max_length=16, choices=LinkKind.choices)
    source = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="+", db_index=False)
    target = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="link_once"),
            models.UniqueConstraint(fields=["source"], name="link_one_parent", condition=models.Q(kind="child_of")),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="link_of_two"),
        ]


class IssueMerge(models.Model):
    """``merged`` is handled in ``survivor`` since ``at``; taken back at ``undone_at``; final since ``ended_at``, when the
    survivor was closed and the chart of the merged one ended.

    The issue's own ``duplicate_of`` leads to the end of the chain at once; these rows are the links of the chain.
    ``promises``: the open clocks that the merged one brought, ``{kind: {start, pauses, due}}``; empty where the survivor
    kept its own. ``brought``: ids of the tags and watchers that the survivor did not have. ``promised_at``: what the merged
    one's customer had been promised; ``promised_before``: the survivor's own promise. ``foreign``: the two belonged to
    different customers and somebody confirmed it.
    """

    survivor = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="+", db_index=False)
    merged = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField()
    foreign = models.BooleanField(default=False)
    promises = models.JSONField(default=dict)
    brought = models.JSONField(default=dict)
    promised_at = models.DateTimeField(null=True)
    promised_before = models.DateTimeField(null=True)
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], name="issue_merged_once", condition=models.Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(condition=~models.Q(survivor=models.F("merged")), name="merge_of_two"),
        ]
        indexes = [
            models.Index(fields=["survivor"], name="merge_survivor", condition=models.Q(undone_at__isnull=True)),
            models.Index(
                fields=["id"], name="merge_running", condition=models.Q(undone_at__isnull=True, ended_at__isnull=True)
            ),
        ]


class NotDuplicate(models.Model):
    """Somebody looked at two issues that are alike and said that they are different things; ``one`` is the older."""

    one = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="not_duplicate_once"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="not_duplicate_in_order"),
        ]
