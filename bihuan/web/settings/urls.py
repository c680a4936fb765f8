"""Addresses of the settings; a section adds a block of its own."""

from django.urls import URLPattern, path

from bihuan.web.settings import (
    approvals,
    assigning,
    audit,
    calendar_days,
    calendars,
    canned,
    departments,
    fields,
    handover,
    issue_templates,
    matrix,
    notices,
    people,
    policies,
    recurring,
    replies,
    roles,
    security,
    statuses,
    tags,
    task_lists,
    views,
)

urlpatterns: list[URLPattern] = [path("settings/", views.index, name="settings")]

# People, departments, roles, the audit trail, signing in.
urlpatterns += [
    path("settings/people/", people.index, name="settings_people"),
    path("settings/people/new/", people.new, name="settings_person_new"),
    path("settings/people/<int:person_id>/", people.edit, name="settings_person"),
    path("settings/people/<int:person_id>/absence/", people.absence, name="settings_person_absence"),
    path("settings/people/<int:person_id>/link/", people.link, name="settings_person_link"),
    path("settings/people/<int:person_id>/active/", people.active, name="settings_person_active"),
    path("settings/people/<int:person_id>/sign-out/", people.sign_out, name="settings_person_sign_out"),
    path("settings/people/<int:person_id>/second-factor/", people.factor_off, name="settings_person_factor"),
    path("settings/departments/", departments.index, name="settings_departments"),
    path("settings/departments/new/", departments.new, name="settings_department_new"),
    path("settings/departments/<int:department_id>/", departments.edit, name="settings_department"),
    path("settings/departments/<int:department_id>/active/", departments.active, name="settings_department_active"),
    path("settings/roles/", roles.index, name="settings_roles"),
    path("settings/roles/new/", roles.new, name="settings_role_new"),
    path("settings/roles/<int:role_id>/", roles.edit, name="settings_role"),
    path("settings/roles/<int:role_id>/remove/", roles.remove, name="settings_role_remove"),
    path("settings/audit/", audit.index, name="settings_audit"),
    path("settings/audit/check/", audit.check, name="settings_audit_check"),
    path("settings/audit/export/", audit.export, name="settings_audit_export"),
    path("settings/security/", security.page, name="settings_security"),
    path("settings/notices/", notices.page, name="settings_notices"),
]

# Issues: approvals.
urlpatterns += [path("settings/approvals/", approvals.page, name="settings_approvals")]

# Time: policies and working calendars.
urlpatterns += [
    path("settings/policies/", policies.index, name="settings_policies"),
    path("settings/policies/new/", policies.edit, name="settings_policy_new"),
    path("settings/policies/apply/", policies.apply, name="settings_policies_apply"),
    path("settings/policies/<int:policy_id>/", policies.edit, name="settings_policy"),
    path("settings/policies/<int:policy_id>/switch/", policies.switch, name="settings_policy_switch"),
    path("settings/calendars/", calendars.index, name="settings_calendars"),
    path("settings/calendars/new/", calendars.hours, name="settings_calendar_new"),
    path("settings/calendars/import/", calendar_days.take, name="settings_calendar_import"),
    path("settings/calendars/template.xlsx", calendar_days.template, name="settings_calendar_template"),
    path("settings/calendars/<slug:key>/", calendars.year, name="settings_calendar"),
    path("settings/calendars/<slug:key>/hours/", calendars.hours, name="settings_calendar_hours"),
    path("settings/calendars/<slug:key>/day/", calendar_days.change, name="settings_calendar_day"),
]

# What belongs to issues: statuses, tags, lists of tasks, replies kept ready.
urlpatterns += [
    path("settings/statuses/", statuses.page, name="settings_statuses"),
    path("settings/tags/", tags.page, name="settings_tags"),
    path("settings/fields/", fields.index, name="settings_fields"),
    path("settings/fields/new/", fields.edit, name="settings_field_new"),
    path("settings/fields/<int:field_id>/", fields.edit, name="settings_field"),
    path("settings/issue-templates/", issue_templates.index, name="settings_issue_templates"),
    path("settings/issue-templates/new/", issue_templates.edit, name="settings_issue_template_new"),
    path("settings/issue-templates/<int:template_id>/", issue_templates.edit, name="settings_issue_template"),
    path("settings/recurring/", recurring.index, name="settings_recurring"),
    path("settings/recurring/new/", recurring.edit, name="settings_recurring_new"),
    path("settings/recurring/<int:recurring_id>/", recurring.edit, name="settings_recurring_edit"),
    path("settings/task-lists/", task_lists.index, name="settings_task_lists"),
    path("settings/task-lists/new/", task_lists.edit, name="settings_task_list_new"),
    path("settings/task-lists/<int:list_id>/", task_lists.edit, name="settings_task_list"),
    path("settings/replies/", canned.index, name="settings_canned"),
    path("settings/replies/new/", canned.edit, name="settings_canned_new"),
    path("settings/replies/<int:reply_id>/", canned.edit, name="settings_canned_edit"),
    path("settings/replies/<int:reply_id>/delete/", canned.delete, name="settings_canned_delete"),
]

# Responsibility: the matrix, how steps find people, hand-over.
urlpatterns += [
    path("settings/matrix/", matrix.index, name="settings_matrix"),
    path("settings/matrix/new/", matrix.edit, name="settings_matrix_new"),
    path("settings/matrix/<int:rule_id>/", matrix.edit, name="settings_matrix_row"),
    path("settings/matrix/<int:rule_id>/delete/", matrix.delete, name="settings_matrix_delete"),
    path("settings/assigning/", assigning.index, name="settings_assigning"),
    path("settings/assigning/rule/", assigning.rule, name="settings_assigning_rule"),
    path("settings/assigning/remove/", assigning.remove_rule, name="settings_assigning_remove"),
    path("settings/assigning/skill/", assigning.skill, name="settings_assigning_skill"),
    path("settings/assigning/bounds/", assigning.bounds, name="settings_assigning_bounds"),
    path("people/<int:person_id>/handover/", handover.page, name="handover"),
]

# Taking a reply back.
urlpatterns += [path("settings/taking-back/", replies.page, name="settings_replies")]
