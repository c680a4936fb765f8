"""Everything that comes in and goes out."""

from bihuan.channels.operations.choosing import choose_notices
from bihuan.channels.operations.deliver import deliver_due
from bihuan.channels.operations.intake import Received
from bihuan.channels.operations.mail import receive_mail
from bihuan.channels.operations.outbox import queue_delivery
from bihuan.channels.operations.web_form import FormReport, receive_web_form

__all__ = [
    "FormReport",
    "Received",
    "choose_notices",
    "deliver_due",
    "queue_delivery",
    "receive_mail",
    "receive_web_form",
]
