"""ASGI entry point."""

import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
django.setup(set_prefix=False)

from django.urls import get_resolver  # noqa: E402 - they need the settings

from bihuan.config.handler import Application  # noqa: E402

application = Application()
_ = get_resolver().url_patterns  # every page with what it imports
# What is there now stays: the collector passes it by. Else each of its full rounds halts all requests for 200 ms.
gc.collect()
gc.freeze()
