"""Who is responsible: receipts, returns, arbitration, help of other departments, urging, supervision, extensions,
standing still, task forces, recusal."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bihuan.issues.models.issue import Issue


class StepReceipt(models.Model):
    """A step was given to a department or a person, who is to sign for it (签收).

    ``given_by``: who dispatched it, None for the chart itself. ``due_at``: until when it is to be signed, in working
    time; None: it may take its time. ``signed_at`` is set by signing, claiming or completing; ``closed_at``: the step
    went on without it. ``alarmed_at``: the heads were told.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="+", db_index=False)
    work_item = models.ForeignKey("flows.WorkItem", on_delete=models.CASCADE, related_name="+", db_index=False)
    department = models.ForeignKey(
        "accounts.Department", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    user = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    given_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["work_item"], name="receipt_open_once", condition=Q(signed_at=None, closed_at=None)
            )
        ]
        indexes = [
            models.Index(fields=["work_item", "id"], name="receipt_of_step"),
            models.Index(fields=["issue", "id"], name="receipt_of_issue"),
            models.Index(fields=["department", "given_at"], name="receipt_department"),
            models.Index(
                fields=["due_at"],
                name="receipt_due",
                condition=Q(signed_at=None, closed_at=None, alarmed_at=None, due_at__isnull=False),
            ),
        ]


class StepReturn(models.Model):
    """A department sent a step back to who dispatched it (退单). ``seconds``: of working time from ``given_at`` to ``at``,
    which are the returner's; ``node`` counts for the bound."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="returns", db_index=False)
    work_item = models.ForeignKey("flows.WorkItem", on_delete=models.CASCADE, related_name="+", db_index=False)
    node = models.CharField(max_length=100)
    code = models.CharField(max_length=32)
    text = models.TextField(blank=True)
    department = models.ForeignKey(
        "accounts.Department", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    to = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()
    at = models.DateTimeField()
    seconds = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["issue", "id"], name="return_of_issue"),
            models.Index(fields=["department", "at"], name="return_of_department"),
        ]


class Arbitration(models.Model):
    """Whose a step is is disputed; a named arbiter decides, for good (审定). ``department``: who asked says it is not."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="arbitrations", db_index=False)
    work_item = models.ForeignKey("flows.WorkItem", on_delete=models.CASCADE, related_name="+", db_index=False)
    reason = models.TextField()
    asked_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    department = models.ForeignKey(
        "accounts.Department", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    decision = models.ForeignKey(
        "accounts.Department", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issue"], name="arbitration_open_once", condition=Q(decided_at=None))
        ]
        indexes = [
            models.Index(fields=["issue", "id"], name="arbitration_of_issue"),
            models.Index(fields=["id"], name="arbitration_waiting", condition=Q(decided_at=None)),
        ]


class SupportRequest(models.Model):
    """Another department is asked for help with a task of its own and its own due time in working time.

    ``outcome``: '' while it is open, else ``answered``, ``returned`` (not theirs) or ``withdrawn``; ``answer`` says it.
    ``blocking``: the issue is not closed before.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="support_requests", db_index=False)
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.TextField()
    blocking = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    signed_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    signed_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    outcome = models.CharField(max_length=16, blank=True)
    ended_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["issue", "id"], name="support_of_issue"),
            models.Index(fields=["department", "due_at", "id"], name="support_open", condition=Q(ended_at=None)),
            models.Index(fields=["signed_by"], name="support_signed", condition=Q(ended_at=None)),
            models.Index(
                fields=["due_at"],
                name="support_late",
                condition=Q(ended_at=None, alarmed_at=None, due_at__isnull=False),
            ),
        ]


class Urge(models.Model):
    """Somebody of the house asked the holders to hurry (催办). ``told``: who was."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="urges", db_index=False)
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.CharField(max_length=500, blank=True)
    told = ArrayField(models.BigIntegerField(), default=list)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["issue", "-at"], name="urge_of_issue")]


class Supervision(models.Model):
    """A supervisor watches over the issue with a demand that is answered before it closes (督办)."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="supervisions", db_index=False)
    demand = models.TextField()
    due_at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["issue", "id"], name="supervision_of_issue"),
            models.Index(fields=["issue"], name="supervision_open", condition=Q(answered_at=None)),
            models.Index(fields=["due_at"], name="supervision_late", condition=Q(answered_at=None, alarmed_at=None)),
        ]


class Extension(models.Model):
    """More working time asked for at a step before its deadline (延期). ``old_due`` is kept; ``new_due`` stands once it is
    approved. ``verdict``: '' while nobody decided, else ``approved`` or ``refused``."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="extensions", db_index=False)
    work_item = models.ForeignKey("flows.WorkItem", on_delete=models.CASCADE, related_name="+", db_index=False)
    seconds = models.IntegerField()
    reason = models.TextField()
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    department = models.ForeignKey(
        "accounts.Department", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    old_due = models.DateTimeField()
    new_due = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=16, blank=True)
    answer = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["work_item"], name="extension_open_once", condition=Q(verdict=""))
        ]
        indexes = [models.Index(fields=["issue", "id"], name="extension_of_issue")]


class Suspension(models.Model):
    """The whole issue stands, why, and until when at the latest (挂起)."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="suspensions", db_index=False)
    code = models.CharField(max_length=32)
    reason = models.TextField(blank=True)
    until = models.DateTimeField()
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    ended_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issue"], name="suspension_open_once", condition=Q(ended_at=None))
        ]
        indexes = [
            models.Index(fields=["issue", "id"], name="suspension_of_issue"),
            models.Index(fields=["until"], name="suspension_due", condition=Q(ended_at=None)),
        ]


class TaskForce(models.Model):
    """People of several departments who take on what ordinary service could not solve (专项团队)."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="task_forces", db_index=False)
    leader = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    members = ArrayField(models.BigIntegerField(), default=list)
    reason = models.TextField()
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue"], name="task_force_once", condition=Q(ended_at=None))]
        indexes = [models.Index(fields=["issue", "id"], name="task_force_of_issue")]


class Recusal(models.Model):
    """A person has an interest in the issue and holds no step of it (回避); declared by oneself or by a supervisor."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="recusals", db_index=False)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField()
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "user"], name="recusal_once")]


class Orphan(models.Model):
    """Nobody can act on the issue, as the worker last found; managers were told once."""

    issue = models.OneToOneField(Issue, on_delete=models.CASCADE, primary_key=True, related_name="+")
    found_at = models.DateTimeField()
