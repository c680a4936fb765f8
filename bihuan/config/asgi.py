"""ASGI entry point."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
django.setup(set_prefix=False)

from bihuan.config.handler import Application  # noqa: E402 - it needs the settings

application = Application()
