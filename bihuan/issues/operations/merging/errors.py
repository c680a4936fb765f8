"""Why a merge, or taking one back, is refused."""

from django.utils.translation import gettext_noop

from bihuan.core.errors import Conflict, Refused


class SameIssue(Refused):
    code = "same_issue"
    text = gettext_noop("不能把问题并入它自己，请填另一件的编号。")


class MergedAlready(Conflict):
    code = "issue_merged_already"
    text = gettext_noop("%(number)s 已由%(who)s并入 %(into)s，这次没有合并；要改，请先撤销那一次合并。")


class SurvivorClosed(Conflict):
    code = "survivor_closed"
    text = gettext_noop("要保留的 %(number)s 已经关闭，不能再并入；请保留还在办理的那一件，或建立“接续”关联。")


class OtherCustomer(Refused):
    code = "merge_other_customer"
    text = gettext_noop(
        "%(number)s 与 %(into)s 属于不同的客户。确认确实是同一件事后再合并：两位客户各自只能看到自己的消息。"
    )


class MergeUndone(Conflict):
    code = "issue_merge_undone"
    text = gettext_noop("这次合并已经撤销过了。")


class MergedFurther(Conflict):
    code = "issue_merged_further"
    text = gettext_noop("%(number)s 后来又并入了 %(into)s，请先撤销那一次合并。")


class MergeFinal(Conflict):
    code = "issue_merge_final"
    text = gettext_noop("%(number)s 已经关闭，合并不能再撤销；客户再来信会登记为后续问题。")
