"""What the statuses are called: the product's names, or the company's own."""

from bihuan.core.settings import text, value
from bihuan.issues.rules.status import NAMES

OWN = {code: (text(f"issues.status.{code}", most=20), text(f"issues.status.{code}.en", most=40)) for code in NAMES}
"""Settings: the company's own name of each status in Chinese and in English; "" keeps the product's. Codes never change."""


def own_status_names(code: str) -> tuple[str, str]:
    """What the company calls the status, "" where it says nothing."""
    keys = OWN.get(code)
    return (value(keys[0]), value(keys[1])) if keys is not None else ("", "")


def status_names(code: str) -> tuple[str, str]:
    """The status in Chinese and in English; an unknown code stands for itself."""
    zh, en = NAMES.get(code, (code, code))
    own_zh, own_en = own_status_names(code)
    return own_zh or zh, own_en or en
