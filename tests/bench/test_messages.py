from __future__ import annotations

from pathlib import Path

import pytest

from bench.messages import as_signature, ink_length, messages_in
from tests.bench.builders import some_messages


@pytest.mark.parametrize(
    ("message", "signature"),
    [
        ("cannot open '%s': %d bytes left", "cannot open '<name>': <num> bytes left"),
        ("%1$s is not in %2$s", "<name> is not in <name>"),
        ("%5.2lu of %% %(name)s", "<num> of % <name>"),
        ("%s%s failed", "<any> failed"),
    ],
)
def test_directives_of_printf_become_placeholders(message: str, signature: str) -> None:
    assert as_signature(message) == signature


def test_the_keys_of_a_catalogue_are_its_messages(tmp_path: Path) -> None:
    root = some_messages(tmp_path, "lamp", "it is dark", "menu\x04Open the door", "two\nlines")
    assert set(messages_in(root / "de/LC_MESSAGES/lamp.mo")) == {"it is dark", "Open the door"}


def test_a_broken_catalogue_holds_no_messages(tmp_path: Path) -> None:
    (tmp_path / "broken.mo").write_bytes(b"\xde\x12")
    assert list(messages_in(tmp_path / "broken.mo")) == []


def test_placeholders_do_not_count_as_letters() -> None:
    assert ink_length("<name>: ab 1") == 3
