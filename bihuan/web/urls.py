"""Addresses of the pages."""

from django.urls import path
from django.views.generic import RedirectView

from bihuan.web import health, live
from bihuan.web.account import views as account
from bihuan.web.charts import migrating
from bihuan.web.charts import views as charts
from bihuan.web.customers import views as customers
from bihuan.web.desk import views as desk
from bihuan.web.issues import actions, documents, files, listing, notices, recording
from bihuan.web.knowledge import views as knowledge
from bihuan.web.public import progress, rating, report
from bihuan.web.steps import views as steps

app_name = "web"

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
    path("search/", listing.search, name="search"),
    path("issues/new/", recording.new_issue, name="new_issue"),
    path("issues/<int:issue_id>/", desk.issue_page, name="issue"),
    path("issues/<int:issue_id>/feed/", desk.feed, name="issue_feed"),
    path("issues/<int:issue_id>/side/<slug:tab>/", desk.side, name="issue_side"),
    path("issues/<int:issue_id>/chart/", charts.of_issue, name="issue_chart"),
    path("issues/<int:issue_id>/entries/", actions.post_entry, name="post_entry"),
    path("issues/<int:issue_id>/correct/", actions.correct, name="correct_issue"),
    path("issues/<int:issue_id>/withdraw/", actions.withdraw, name="withdraw_issue"),
    path("issues/<int:issue_id>/duplicate/", actions.mark_duplicate, name="mark_duplicate"),
    path("issues/<int:issue_id>/jump/", actions.jump, name="jump_issue"),
    path("issues/<int:issue_id>/stop/", actions.stop, name="stop_issue"),
    path("issues/<int:issue_id>/incidents/<int:incident>/", actions.mend, name="mend_issue"),
    path("issues/<int:issue_id>/documents/<slug:code>.<slug:kind>", documents.download, name="document"),
    path("steps/<int:step_id>/", steps.page, name="step"),
    path("steps/<int:step_id>/claim/", steps.claim, name="claim_step"),
    path("steps/<int:step_id>/assign/", steps.assign, name="assign_step"),
    path("steps/<int:step_id>/pause/", steps.pause, name="pause_step"),
    path("steps/<int:step_id>/resume/", steps.resume, name="resume_step"),
    path("steps/<int:step_id>/draft/", steps.draft, name="step_draft"),
    path("files/<uuid:file_id>/", files.download, name="file"),
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
    path("charts/<str:key>/", charts.page, name="chart"),
    path("charts/<str:key>/migrate/", migrating.plan, name="migrate_chart"),
    path("report/", report.page, name="report"),
    path("p/<str:token>/", progress.page, name="progress"),
    path("p/<str:token>/message/", progress.message, name="progress_message"),
    path("p/<str:token>/remind/", progress.remind, name="progress_remind"),
    path("p/<str:token>/withdraw/", progress.withdraw, name="progress_withdraw"),
    path("p/<str:token>/answer/", progress.answer, name="progress_answer"),
    path("p/<str:token>/files/<uuid:file_id>/", progress.download, name="progress_file"),
    path("rate/<str:token>/", rating.page, name="rate"),
]
