"""Addresses of the pages about customers."""

from django.urls import URLPattern, path

from bihuan.web.customers import edits, importing, privacy, registers, revealing, views, visits

urlpatterns: list[URLPattern] = [
    path("customers/new/", edits.new, name="new_customer"),
    path("customers/endings/", views.endings, name="endings"),
    path("customers/import/", importing.upload, name="import_customers"),
    path("customers/import/template.xlsx", importing.blank, name="import_template"),
    path("customers/import/<int:import_id>/", importing.page, name="customer_import"),
    path("customers/import/<int:import_id>/report.xlsx", importing.report, name="import_report"),
    path("customers/<int:customer_id>/edit/", edits.customer, name="edit_customer"),
    path("customers/<int:customer_id>/merge/", edits.merge, name="merge_customer"),
    path("customers/<int:customer_id>/take-back/", edits.take_back, name="customer_take_back"),
    path("customers/<int:customer_id>/contacts/new/", edits.contact, name="new_contact"),
    path("customers/<int:customer_id>/contacts/<int:contact_id>/", edits.contact, name="edit_contact"),
    path("customers/<int:customer_id>/contacts/<int:contact_id>/identity/", edits.identity, name="add_identity"),
    path("customers/<int:customer_id>/contacts/<int:contact_id>/block/", edits.block, name="block_contact"),
    path("customers/<int:customer_id>/contacts/<int:contact_id>/consent/", edits.consent, name="record_consent"),
    path("customers/<int:customer_id>/contacts/<int:contact_id>/privacy/", privacy.new, name="new_privacy"),
    path("customers/<int:customer_id>/contracts/new/", edits.contract, name="new_contract"),
    path("customers/<int:customer_id>/contracts/<int:contract_id>/", edits.contract, name="edit_contract"),
    path("customers/<int:customer_id>/assets/new/", edits.asset, name="new_asset"),
    path("customers/<int:customer_id>/assets/<int:asset_id>/", edits.asset, name="edit_asset"),
    path("contacts/<int:contact_id>/reveal/", revealing.reveal, name="reveal_contact"),
    path("contacts/<int:contact_id>/copy/", privacy.copy, name="personal_copy"),
    path("privacy/", privacy.index, name="privacy"),
    path("privacy/<int:request_id>/", privacy.page, name="privacy_request"),
    path("visits/", visits.index, name="visits"),
    path("visits/new/", visits.new, name="new_visit"),
    path("visits/callers/", visits.callers, name="callers"),
    path("visits/<int:visit_id>/", visits.page, name="visit"),
    path("registers/", registers.index, name="registers"),
    path("registers/new/", registers.edit, name="new_register"),
    path("registers/<slug:key>/", registers.page, name="register"),
    path("registers/<slug:key>/edit/", registers.edit, name="edit_register"),
    path("registers/<slug:key>/act/", registers.act, name="register_act"),
    path("registers/<slug:key>/book.<slug:kind>", registers.paper, name="register_paper"),
]
