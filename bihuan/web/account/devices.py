"""A browser's description in a few words: enough to recognise one's own, not a science. And instants in forms."""

import re
from datetime import datetime

from django.utils.timezone import get_current_timezone

_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    ("wxwork", "WeCom"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("HeadlessChrome", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
    ("python", "Python"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_words(agent: str) -> str:
    """``Chrome · Windows``; what is not known stands shortened for itself."""
    browser = next((name for sign, name in _BROWSERS if re.search(sign, agent, re.IGNORECASE)), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return " · ".join(part for part in (browser, system) if part) or agent[:40]


def moment_typed(moment: datetime | None) -> str:
    """As a field of a form takes it: ``2026-12-01T09:00`` of this installation's clock; '' without one."""
    return moment.astimezone(get_current_timezone()).strftime("%Y-%m-%dT%H:%M") if moment else ""
