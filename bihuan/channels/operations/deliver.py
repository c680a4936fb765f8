"""Sending what waits in the outbox: at least once, always under the same Message-ID.

Claim, send, note are three steps with no transaction around the network. A worker that dies in between leaves the
row queued with a moved ``next_attempt_at``: after the lease another one sends it again under the same Message-ID,
by which the recipient's side (and the file outbox, where it is the file's name) knows it.
"""

import logging
import os
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from bihuan.channels import rules
from bihuan.channels.models import Delivery, InboundMessage
from bihuan.channels.operations.composing import compose
from bihuan.core.actor import SYSTEM
from bihuan.core.live import announce

logger = logging.getLogger("bihuan.channels")
LEASE = timedelta(minutes=10)


def outbound_off() -> bool:
    """The kill switch (correctness 151): with ``OUTBOUND_OFF`` set everything stays in the outbox."""
    return os.environ.get("OUTBOUND_OFF", "").lower() in ("1", "true", "yes", "on")
