"""Mail: by KB_MAIL_URL, or in plain words into the log, where whoever runs the site for themselves reads it."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import send_mail

logger = logging.getLogger(__name__)


def send(to: str, subject: str, text: str) -> None:
    if settings.MAIL_URL:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [to])
    else:
        logger.info("No mail is sent, because KB_MAIL_URL is not set. To: %s\n%s\n\n%s", to, subject, text)
