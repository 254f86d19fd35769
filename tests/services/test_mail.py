from __future__ import annotations

import pytest
from django.core import mail as outbox
from pytest_django import Settings

from kb.services import mail


def test_without_a_mail_server_a_mail_stands_in_the_log_in_plain_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "kb"):
        mail.send("eve@example.invalid", "A link", "Open this.")
    assert "To: eve@example.invalid\nA link\n\nOpen this." in caplog.text
    assert outbox.outbox == []


def test_with_one_it_is_sent(settings: Settings) -> None:
    settings.MAIL_URL = "smtp://mail.invalid"
    mail.send("eve@example.invalid", "A link", "Open this.")
    assert [(message.to, message.body) for message in outbox.outbox] == [(["eve@example.invalid"], "Open this.")]
