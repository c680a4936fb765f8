"""The company as customers see it."""

from django.conf import settings


def company() -> dict[str, str]:
    """Name, telephone and colour from the installation's settings."""
    return {
        "name": settings.COMPANY_NAME or "闭环",
        "phone": settings.COMPANY_PHONE,
        "brand": settings.COMPANY_BRAND,
        "logo_url": "",
    }
