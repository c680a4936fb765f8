"""Addresses of what is done about an open issue besides its steps."""

from django.urls import URLPattern, path

from bihuan.web.desk import kit, own_fields

urlpatterns: list[URLPattern] = [
    path("tasks/", kit.my_tasks, name="my_tasks"),
    path("tasks/<int:task_id>/", kit.task, name="task"),
    path("issues/new/fields/", own_fields.new_fields, name="new_fields"),
    path("issues/<int:issue_id>/fields/", own_fields.issue_fields, name="issue_fields"),
    path("issues/<int:issue_id>/time/", own_fields.time, name="issue_time"),
    path("issues/<int:issue_id>/tags/", kit.tags, name="tag_issue"),
    path("issues/<int:issue_id>/tasks/", kit.add_task, name="add_task"),
    path("issues/<int:issue_id>/watch/", kit.watch, name="watch_issue"),
    path("issues/<int:issue_id>/snooze/", kit.snooze, name="snooze_issue"),
    path("issues/<int:issue_id>/reopen/", kit.reopen, name="reopen_issue"),
    path("issues/<int:issue_id>/canned/", kit.canned, name="issue_canned"),
]
