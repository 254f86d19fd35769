"""Messages as files: whole or not there, and each for one worker."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from kb.broker import Channel


@pytest.fixture
def channel(tmp_path: Path) -> Iterator[Channel]:
    folders = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path), "control_folder": str(tmp_path / "c")}
    with Connection(
        "filesystem://localhost//", transport="kb.broker:Transport", transport_options=folders
    ) as connection:
        assert isinstance(connection.default_channel, Channel)
        yield connection.default_channel


def message(number: int) -> dict[str, object]:
    return {"body": str(number), "properties": {}}


def test_messages_come_in_the_order_in_which_they_went(channel: Channel) -> None:
    for number in range(20):
        channel._put("kb", message(number))
    assert [channel._get("kb")["body"] for _ in range(20)] == [str(number) for number in range(20)]


def test_an_empty_queue_says_so(channel: Channel) -> None:
    channel._put("other", message(1))
    with pytest.raises(Empty):
        channel._get("kb")


def test_a_message_that_is_still_being_written_is_not_seen(channel: Channel, tmp_path: Path) -> None:
    (tmp_path / "00000000000000000001_half.kb.msg.part").write_text('{"body": "ha', encoding="utf-8")
    with pytest.raises(Empty):
        channel._get("kb")


def test_of_many_workers_each_message_reaches_one(channel: Channel, tmp_path: Path) -> None:
    for number in range(200):
        channel._put("kb", message(number))

    def drain(_: int) -> list[str]:
        taken = []
        while True:
            try:
                taken.append(str(channel._get("kb")["body"]))
            except Empty:
                return taken

    with ThreadPoolExecutor(8) as workers:
        taken = [body for drained in workers.map(drain, range(8)) for body in drained]
    assert sorted(taken, key=int) == [str(number) for number in range(200)]
    assert [path for path in tmp_path.iterdir() if path.is_file() and "msg" in path.name] == []


def test_a_queue_can_be_counted_and_emptied(channel: Channel) -> None:
    channel._put("kb", message(1))
    channel._put("kb", message(2))
    assert channel._size("kb") == 2
    assert channel._purge("kb") == 2
    assert channel._size("kb") == 0
