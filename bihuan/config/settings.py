"""Settings. Everything that differs between installations comes from the environment; see README."""

import os
from pathlib import Path

from bihuan.config.env import database_settings, secret_key, var_folder

VAR_DIR = var_folder()
SECRET_KEY = os.environ.get("SECRET_KEY") or secret_key(VAR_DIR)
DEBUG = False
ALLOWED_HOSTS = [host for host in os.environ.get("ALLOWED_HOSTS", "*").split(",") if host]
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if origin]
PUBLIC_URL = os.environ.get("PUBLIC_URL", f"http://localhost:{os.environ.get('PORT', '8000')}").rstrip("/")
COMPANY_NAME = os.environ.get("COMPANY_NAME", "澜库冷链")
COMPANY_PHONE = os.environ.get("COMPANY_PHONE", "")
COMPANY_BRAND = os.environ.get("COMPANY_BRAND", "blue")

INSTALLED_APPS = [
    "bihuan.web",
    "bihuan.api",
    "bihuan.surveys",
    "bihuan.channels",
    "bihuan.studio",
    "bihuan.issues",
    "bihuan.flows",
    "bihuan.customers",
    "bihuan.knowledge",
    "bihuan.accounts",
    "bihuan.calendars",
    "bihuan.core",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "bihuan.web.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bihuan.web.middleware.HeldMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "bihuan.web.middleware.ActorMiddleware",
    "bihuan.web.account.middleware.SessionMiddleware",
    "bihuan.web.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "bihuan.config.urls"
ASGI_APPLICATION = "bihuan.config.asgi.application"
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "web:sign_in"
LOGIN_REDIRECT_URL = "web:desk"

# Signing in by the company's OpenID provider; without OIDC_SERVER it is set on the page of the settings (ADR 0035).
OIDC = {
    "server": os.environ.get("OIDC_SERVER", ""),
    "client": os.environ.get("OIDC_CLIENT", ""),
    "secret": os.environ.get("OIDC_SECRET", ""),
    "name": os.environ.get("OIDC_NAME", ""),
}
SOCIALACCOUNT_ADAPTER = "bihuan.web.account.oidc.Adapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # the policy of the pages lets no form lead to another site
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PUBLIC_URL.startswith("https://") else "http"

CSRF_FAILURE_VIEW = "bihuan.web.refusals.csrf_failure"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [Path(__file__).resolve().parent.parent / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "bihuan.web.ui.environment.environment",
            "context_processors": ["django.contrib.messages.context_processors.messages"],
        },
    }
]

DATABASES = {"default": database_settings(os.environ.get("DATABASE_URL"), VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}}
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = None  # served from where the build puts them
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
MEDIA_ROOT = VAR_DIR / "files"

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
ATTACHMENT_MAX_BYTES = 25 * 1024 * 1024
REQUEST_MAX_BYTES = 128 * 1024 * 1024
WEB_THREADS = int(os.environ.get("WEB_THREADS", "6"))

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

SMTP_URL = os.environ.get("SMTP_URL") or f"file://{VAR_DIR / 'outbox'}"
MAIL_PORT = int(os.environ.get("MAIL_PORT", "2525"))
MAIL_ADDRESS = os.environ.get("MAIL_ADDRESS", "service@bihuan.local")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
    "loggers": {"bihuan": {"level": os.environ.get("LOG_LEVEL", "INFO")}},
}
