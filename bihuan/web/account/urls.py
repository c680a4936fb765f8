"""Addresses of the door and of a person's own account."""

from django.urls import URLPattern, path

from bihuan.web.account import own, views

urlpatterns: list[URLPattern] = [
    path("sign-in/code/", views.sign_in_code, name="sign_in_code"),
    path("password/<str:token>/", views.password_link, name="password_link"),
    path("account/", own.page, name="account"),
    path("account/password/", own.password, name="account_password"),
    path("account/notices/", own.notices, name="account_notices"),
    path("account/second-factor/", own.factor, name="account_factor"),
    path("account/second-factor/off/", own.drop_factor, name="account_factor_off"),
    path("account/sessions/end/", own.end_session, name="account_session_end"),
    path("account/tokens/", own.make_token, name="account_tokens"),
    path("account/tokens/<int:token_id>/revoke/", own.revoke_token, name="account_token_revoke"),
]
