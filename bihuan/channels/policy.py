"""What the company decides about messages."""

from bihuan.core.settings import switch

MAIL_STAFF = switch("notices.mail", True)
"""Whether notices go by mail at all."""
MAIL_TITLES = switch("notices.titles", True)
"""Whether these mails name the issue's title; else its number alone."""
