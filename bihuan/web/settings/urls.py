"""Addresses of the settings; a section adds a block of its own."""

from django.urls import URLPattern, path

from bihuan.web.settings import (
    audit,
    calendar_days,
    calendars,
    departments,
    notices,
    people,
    policies,
    roles,
    security,
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
