"""Addresses of the pages."""

from django.urls import path, register_converter
from django.views.generic import RedirectView

from bihuan.web import health, live, palette, search
from bihuan.web.account import urls as account_urls
from bihuan.web.account import views as account
from bihuan.web.charts import migrating, routing
from bihuan.web.charts import views as charts
from bihuan.web.charts.keys import KeyConverter
from bihuan.web.customers import urls as customers_urls
from bihuan.web.customers import views as customers
from bihuan.web.desk import approving, kit_urls
from bihuan.web.desk import views as desk
from bihuan.web.issues import (
    actions,
    bulk,
    conditions,
    correcting,
    documents,
    duty,
    exporting,
    files,
    listing,
    notices,
    original,
    outside,
    printing,
    recording,
    relating,
    saved,
    talking,
)
from bihuan.web.knowledge import views as knowledge
from bihuan.web.public import progress, rating, report
from bihuan.web.settings import urls as settings_urls
from bihuan.web.steps import views as steps
from bihuan.web.studio import (
    checking,
    comparing,
    drawn,
    drill_cards,
    drills,
    editor,
    exchange,
    forms,
    forms_index,
    from_text,
    gallery,
    manual,
    publishing,
    rehearsal,
    review,
    saying,
    staffing,
    suggestions,
    tables,
    tables_index,
    taking,
    versions,
)

app_name = "web"
register_converter(KeyConverter, "key")

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="web:desk"), name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("sign-in/", account.sign_in, name="sign_in"),
    path("sign-out/", account.sign_out, name="sign_out"),
    path("preferences/", account.preferences, name="preferences"),
    path("language/", account.guest_language, name="guest_language"),
    path("events/", live.EventStream.as_view(), name="events"),
    path("desk/", desk.page, name="desk"),
    path("desk/queues/", desk.queues, name="desk_queues"),
    path("desk/list/", desk.queue_list, name="desk_list"),
    path("issues/", listing.issues_page, name="issues"),
    path("search/", search.page, name="search"),
    path("palette/", palette.palette, name="palette"),
    path("issues/condition/", conditions.add, name="add_condition"),
    path("issues/views/", saved.save, name="save_view"),
    path("issues/views/<int:view_id>/", saved.save, name="change_view"),
    path("issues/views/<int:view_id>/act/", saved.act, name="act_view"),
    path("issues/columns/", saved.arrange, name="arrange_list"),
    path("issues/export/", exporting.ask, name="export_issues"),
    path("exports/", exporting.index, name="exports"),
    path("exports/<int:export_id>/cancel/", exporting.cancel, name="cancel_export"),
    path("exports/<int:export_id>/", exporting.download, name="export_file"),
    path("issues/bulk/", bulk.choose, name="bulk"),
    path("issues/bulk/start/", bulk.start, name="start_bulk"),
    path("issues/bulk/<int:job_id>/", bulk.page, name="bulk_job"),
    path("issues/bulk/<int:job_id>/undo/", bulk.undo, name="undo_bulk"),
    path("issues/new/", recording.new_issue, name="new_issue"),
    path("issues/<int:issue_id>/", desk.issue_page, name="issue"),
    path("issues/<int:issue_id>/feed/", desk.feed, name="issue_feed"),
    path("issues/<int:issue_id>/side/<slug:tab>/", desk.side, name="issue_side"),
    path("issues/<int:issue_id>/print/", printing.page, name="print_issue"),
    path("issues/<int:issue_id>/chart/", charts.of_issue, name="issue_chart"),
    path("issues/<int:issue_id>/entries/", talking.post_entry, name="post_entry"),
    path("issues/<int:issue_id>/draft/", talking.draft, name="issue_draft"),
    path("issues/<int:issue_id>/read/", talking.read, name="issue_read"),
    path("issues/<int:issue_id>/colleagues/", talking.colleagues, name="issue_colleagues"),
    path("issues/held/<int:held_id>/take-back/", talking.take_back, name="take_back"),
    path("issues/<int:issue_id>/correct/", correcting.correct, name="correct_issue"),
    path("issues/<int:issue_id>/title/", correcting.retitle, name="retitle_issue"),
    path("issues/<int:issue_id>/withdraw/", actions.withdraw, name="withdraw_issue"),
    path("issues/alike/", relating.alike, name="alike_issues"),
    path("issues/<int:issue_id>/merge/", relating.merge, name="merge_issue"),
    path("issues/merges/<int:merge_id>/undo/", relating.undo_merge, name="undo_merge"),
    path("issues/<int:issue_id>/split/", relating.split, name="split_issue"),
    path("issues/<int:issue_id>/third-party/", outside.page, name="new_third_party"),
    path("issues/<int:issue_id>/third-party/<int:thread_id>/", outside.page, name="third_party"),
    path("issues/<int:issue_id>/links/", relating.link, name="link_issue"),
    path("issues/<int:issue_id>/links/<int:link_id>/remove/", relating.unlink, name="unlink_issue"),
    path("issues/<int:issue_id>/apart/", relating.tell_apart, name="tell_apart"),
    path("issues/<int:issue_id>/jump/", actions.jump, name="jump_issue"),
    path("issues/<int:issue_id>/stop/", actions.stop, name="stop_issue"),
    path("issues/<int:issue_id>/incidents/<int:incident>/", actions.mend, name="mend_issue"),
    path("issues/<int:issue_id>/documents/<slug:code>.<slug:kind>", documents.download, name="document"),
    path("issues/<int:issue_id>/approvals/", approving.ask, name="ask_approval"),
    path("approvals/<int:approval_id>/decide/", approving.decide, name="decide_approval"),
    path("approvals/<int:approval_id>/cancel/", approving.cancel, name="cancel_approval"),
    path("approvals/<int:approval_id>/add/", approving.add, name="add_signer"),
    path("approvals/<int:approval_id>/delegate/", approving.delegate, name="delegate_approval"),
    path("approvals/seats/<int:seat_id>/remove/", approving.remove, name="remove_signer"),
    path("steps/<int:step_id>/", steps.page, name="step"),
    path("steps/<int:step_id>/claim/", steps.claim, name="claim_step"),
    path("steps/<int:step_id>/assign/", steps.assign, name="assign_step"),
    path("steps/<int:step_id>/pause/", steps.pause, name="pause_step"),
    path("steps/<int:step_id>/resume/", steps.resume, name="resume_step"),
    path("steps/<int:step_id>/draft/", steps.draft, name="step_draft"),
    path("files/<uuid:file_id>/", files.download, name="file"),
    path("files/<uuid:file_id>/preview/", files.preview, name="file_preview"),
    path("files/<uuid:file_id>/pages/", files.pages, name="file_pages"),
    path("files/<uuid:file_id>/pages/<int:number>/", files.page, name="file_page"),
    path("issues/<int:issue_id>/entries/<int:entry_id>/original/", original.page, name="original"),
    path(
        "issues/<int:issue_id>/entries/<int:entry_id>/pictures/<int:number>/",
        original.remote_picture,
        name="remote_picture",
    ),
    path("files/upload/<int:issue_id>/", files.upload, name="upload"),
    path("notices/", notices.latest, name="notices"),
    path("notices/read/", notices.mark_read, name="notices_read"),
    path("customers/", customers.index, name="customers"),
    path("customers/<int:customer_id>/", customers.page, name="customer"),
    path("knowledge/", knowledge.index, name="knowledge"),
    path("knowledge/<int:article_id>/", knowledge.article, name="article"),
    path("charts/", charts.index, name="charts"),
    path("charts/migrations/<int:migration_id>/", migrating.page, name="migration"),
    path("charts/migrations/<int:migration_id>/undo/", migrating.undo, name="undo_migration"),
    path("charts/<key:key>/", charts.page, name="chart"),
    path("charts/<key:key>/types/", routing.route, name="route_types"),
    path("charts/<key:key>/migrate/", migrating.plan, name="migrate_chart"),
    path("report/", report.page, name="report"),
    path("p/<str:token>/", progress.page, name="progress"),
    path("p/<str:token>/message/", progress.message, name="progress_message"),
    path("p/<str:token>/remind/", progress.remind, name="progress_remind"),
    path("p/<str:token>/withdraw/", progress.withdraw, name="progress_withdraw"),
    path("p/<str:token>/answer/", progress.answer, name="progress_answer"),
    path("p/<str:token>/suggest/", progress.suggest, name="progress_suggest"),
    path("p/<str:token>/suggestions/<int:suggestion_id>/", progress.vote, name="progress_vote"),
    path("p/<str:token>/files/<uuid:file_id>/", progress.download, name="progress_file"),
    path("rate/<str:token>/", rating.page, name="rate"),
]

# The designer.
urlpatterns += [
    path("studio/<int:draft_id>/", editor.page, name="studio_editor"),
    path("studio/<int:draft_id>/save", editor.save, name="studio_save"),
    path("studio/<int:draft_id>/copy", editor.copy, name="studio_copy"),
    path("studio/<int:draft_id>/check", checking.check, name="studio_check"),
    path("studio/<int:draft_id>/offers", checking.offers, name="studio_offers"),
    path("studio/<int:draft_id>/mend", checking.mend, name="studio_mend"),
    path("studio/<int:draft_id>/arrange", checking.arrange, name="studio_arrange"),
    path("studio/<int:draft_id>/echo", saying.echo, name="studio_echo"),
    path("studio/<int:draft_id>/expression", saying.expression, name="studio_expression"),
    path("studio/<int:draft_id>/picture", drawn.picture, name="studio_picture"),
    path("studio/<int:draft_id>/narrative", drawn.narrative, name="studio_narrative"),
    path("studio/<int:draft_id>/outline", drawn.outline, name="studio_outline"),
    path("studio/<int:draft_id>/edit", drawn.edit, name="studio_edit"),
    path("studio/<int:draft_id>/take", taking.take, name="studio_take"),
]

# Where charts begin, and the life of a version.
urlpatterns += [
    path("studio/", gallery.index, name="studio"),
    path("studio/drafts/", gallery.drafts, name="studio_drafts"),
    path("studio/reviews/", gallery.my_reviews, name="studio_reviews"),
    path("studio/new/", gallery.new, name="studio_new"),
    path("studio/import/", gallery.import_file, name="studio_import"),
    path("studio/from-text/", from_text.page, name="studio_from_text"),
    path("studio/<int:draft_id>/text/", from_text.report, name="studio_text"),
    path("studio/gallery/<key:key>/", gallery.preview, name="shipped_chart"),
    path("studio/gallery/<key:key>/picture.svg", gallery.shipped_picture, name="shipped_picture"),
    path("studio/gallery/<key:key>/copy/", gallery.copy_shipped, name="copy_shipped"),
    path("studio/<int:draft_id>/life/", review.page, name="studio_life"),
    path("studio/<int:draft_id>/life/ask/", review.ask, name="ask_review"),
    path("studio/<int:draft_id>/life/sign/", review.sign, name="sign_review"),
    path("studio/<int:draft_id>/life/take-back/", review.take_back, name="take_back_draft"),
    path("studio/<int:draft_id>/life/comments/", review.comment, name="comment_draft"),
    path("studio/<int:draft_id>/life/comments/<int:comment_id>/", review.thread, name="draft_comment"),
    path("studio/<int:draft_id>/faults/", publishing.faults_page, name="studio_faults"),
    path("studio/<int:draft_id>/publish/", publishing.page, name="studio_publish"),
    path("studio/<int:draft_id>/publish/roles/", staffing.act, name="studio_staffing"),
    path("studio/<int:draft_id>/compare/", comparing.draft, name="studio_compare"),
    path("studio/<int:draft_id>/discard/", gallery.discard, name="discard_draft"),
    path("charts/<key:key>/draft/", versions.next_draft, name="next_draft"),
    path("charts/<key:key>/compare/", comparing.versions, name="compare_versions"),
    path("charts/<key:key>/pilot/", versions.pilot_page, name="pilot"),
    path("charts/<key:key>/versions/<int:number>/", versions.steer, name="steer_version"),
    path("charts/<key:key>/retire/", versions.retire, name="retire_chart"),
    path("charts/<key:key>/suggestions/", suggestions.page, name="suggestions"),
    path("charts/<key:key>/suggestions/<int:suggestion_id>/", suggestions.act, name="suggestion"),
    path("suggest/<int:version_id>/", suggestions.on_step, name="suggest_on_step"),
]

# Rehearsals.
urlpatterns += [
    path("studio/<int:draft_id>/rehearse/", rehearsal.of_draft, name="studio_rehearse"),
    path("charts/<key:key>/rehearse/", rehearsal.of_version, name="chart_rehearse"),
]

# Forms of a draft.
urlpatterns += [
    path("studio/<int:draft_id>/forms/", forms_index.index, name="studio_forms"),
    path("studio/<int:draft_id>/forms/new/", forms_index.new, name="studio_form_new"),
    path("studio/<int:draft_id>/forms/<slug:code>/", forms.page, name="studio_form"),
    path("studio/<int:draft_id>/forms/<slug:code>/save", forms.save, name="studio_form_save"),
    path("studio/<int:draft_id>/forms/<slug:code>/preview", forms.preview, name="studio_form_preview"),
    path("studio/<int:draft_id>/forms/<slug:code>/paper.pdf", forms.paper, name="studio_form_paper"),
    path("studio/<int:draft_id>/forms/<slug:code>/delete/", forms_index.delete, name="studio_form_delete"),
]

# Decision tables of a draft.
urlpatterns += [
    path("studio/<int:draft_id>/tables/", tables_index.index, name="studio_tables"),
    path("studio/<int:draft_id>/tables/new/", tables_index.new, name="studio_table_new"),
    path("studio/<int:draft_id>/tables/<slug:key>/", tables.page, name="studio_table"),
    path("studio/<int:draft_id>/tables/<slug:key>/save", tables.save, name="studio_table_save"),
    path("studio/<int:draft_id>/tables/<slug:key>/check", tables.check_table, name="studio_table_check"),
    path("studio/<int:draft_id>/tables/<slug:key>/try", tables.try_table, name="studio_table_try"),
    path("studio/<int:draft_id>/tables/<slug:key>/table.dmn", tables.file, name="studio_table_file"),
    path("studio/<int:draft_id>/tables/<slug:key>/delete/", tables_index.delete, name="studio_table_delete"),
]

# The chart on paper, as files, and as a teacher.
urlpatterns += [
    path("charts/<key:key>/manual.<slug:kind>", manual.of_chart, name="chart_manual"),
    path("studio/<int:draft_id>/manual.<slug:kind>", manual.of_draft, name="studio_manual"),
    path("charts/<key:key>/export/", exchange.chart_page, name="chart_export"),
    path("charts/<key:key>/export/<key:file>", exchange.chart_file, name="export_file"),
    path("studio/<int:draft_id>/export/", exchange.draft_page, name="studio_export"),
    path("studio/<int:draft_id>/export/<key:file>", exchange.draft_file, name="studio_export_file"),
    path("charts/<key:key>/drill/", drills.index, name="drills"),
    path("charts/<key:key>/drill/start/", drills.start, name="drill_start"),
    path("charts/<key:key>/drill/cards/make/", drill_cards.make, name="drill_cards_make"),
    path("charts/<key:key>/drill/cards/new/", drill_cards.edit, name="drill_card_new"),
    path("charts/<key:key>/drill/cards/<int:card_id>/", drill_cards.edit, name="drill_card"),
    path("studio/<int:draft_id>/drills/", drills.index, name="studio_drills"),
    path("studio/<int:draft_id>/drills/start/", drills.start, name="studio_drill_start"),
    path("studio/<int:draft_id>/drills/cards/make/", drill_cards.make, name="studio_drill_cards_make"),
    path("studio/<int:draft_id>/drills/cards/new/", drill_cards.edit, name="studio_drill_card_new"),
    path("studio/<int:draft_id>/drills/cards/<int:card_id>/", drill_cards.edit, name="studio_drill_card"),
    path("drills/cards/<int:card_id>/remove/", drill_cards.remove, name="drill_card_remove"),
    path("drills/<int:drill_id>/", drills.page, name="drill"),
    path("drills/<int:drill_id>/happen/", drills.happen, name="drill_happen"),
]

urlpatterns += duty.urlpatterns
urlpatterns += kit_urls.urlpatterns
urlpatterns += account_urls.urlpatterns
urlpatterns += settings_urls.urlpatterns
urlpatterns += customers_urls.urlpatterns
