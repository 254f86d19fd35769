from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress

import pytest

from bench.load import (
    CONDITIONAL,
    DECK,
    MATCH_SIZE,
    Mix,
    Question,
    Run,
    Tally,
    ask_for,
    details,
    percentiles,
    row,
    targets,
    texts_to_match,
    warm,
)
from tests import builders, loops

TEXTS = [b"error: the lamp is cold\n", b"error: 100 % & more\n"]
PAGES = ["ssh/one", "ssh/two"]
OK = b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: 5\r\n\r\nhello'
BROKEN = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"


def a_mix() -> Mix:
    return Mix([builders.a_folder(page) for page in PAGES], TEXTS)


def a_run(*mib: float, processes: int = 1, seconds: float = 4, errors: int = 0) -> Run:
    tally = Tally({"page": [1.0] * 80, "match": [10.0] * 15, "search": [100.0] * 5}, 24, Counter({"page: 500": errors}))
    return Run(
        "SQLite", processes, False, 0.5, seconds=seconds, tally=tally, memory=[{"web": size} for size in mib or (1, 1)]
    )


def asked(mix: Mix, visits: int) -> list[Question]:
    return [question for _ in range(visits) for question in mix.visit()]


def test_of_twenty_requests_sixteen_are_pages_three_matches_and_one_a_search() -> None:
    mix = a_mix()
    for _ in range(5):
        assert Counter(question.kind for question in mix.visit()) == {"page": 16, "match": 3, "search": 1}
    assert len(DECK) == 20


def test_every_run_asks_the_same() -> None:
    assert asked(a_mix(), 5) == asked(a_mix(), 5)


def test_a_stated_share_of_the_pages_is_asked_for_by_the_version_that_is_known() -> None:
    mix = a_mix()
    assert not any(b"If-None-Match" in question.sent for question in asked(mix, 20))
    for page in PAGES:
        mix.remember(f"/errors/{page}/", '"1"')
    pages = [question.sent for question in asked(mix, 100) if question.kind == "page"]
    known = sum(b'\r\nIf-None-Match: "1"\r\n' in sent for sent in pages)
    assert known / len(pages) == pytest.approx(CONDITIONAL, abs=0.05)


def test_no_two_matches_send_the_same_text_and_both_ways_are_gone() -> None:
    matches = [question.sent for question in asked(a_mix(), 40) if question.kind == "match"]
    assert len({sent.partition(b"\r\n\r\n")[2] for sent in matches}) == len(matches) == 120
    assert {sent.split(b" ")[1] for sent in matches} == {b"/match", b"/api/v1/match"}


def test_the_texts_differ_and_have_the_size_that_is_said() -> None:
    texts = texts_to_match()
    assert len(set(texts)) == len(texts) == 40
    assert all(0.9 * MATCH_SIZE < len(text) <= MATCH_SIZE for text in texts)


@pytest.mark.parametrize(
    ("taken", "wanted"),
    [([], (0, 0, 0)), ([7.0], (7, 7, 7)), ([2.0, 1.0], (1, 2, 2)), (list(range(200, 0, -1)), (100, 190, 198))],
)
def test_percentiles_are_times_that_were_measured(taken: list[float], wanted: tuple[float, float, float]) -> None:
    assert percentiles(taken) == wanted


def told_by(answer: bytes, seconds: float = 0.3) -> tuple[Tally, Mix]:
    """What three clients tell of a server on loopback that always gives this answer, or hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while answer:
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0]
                await reader.readexactly(int(length or 0))
                writer.write(answer)
        writer.close()

    async def run() -> tuple[Tally, Mix]:
        mix, tally = a_mix(), Tally()
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            if answer == OK:
                await warm(port, mix, 2)
            await ask_for(port, mix, 3, seconds, tally)
            await asyncio.sleep(0.05)
        return tally, mix

    return loops.run(run())


def test_answers_are_timed_by_kind_and_versions_of_pages_are_remembered() -> None:
    tally, mix = told_by(OK)
    assert not tally.errors
    assert len(tally.taken_ms["page"]) > len(tally.taken_ms["match"]) > len(tally.taken_ms["search"]) > 0
    assert any(b'If-None-Match: "1"' in question.sent for question in asked(mix, 5))


def test_an_answer_with_an_error_is_counted_and_not_timed() -> None:
    tally, _ = told_by(BROKEN)
    assert tally.all_ms == []
    assert tally.errors["page: 500"] > 0


def test_a_server_that_hangs_up_is_counted_and_asked_again() -> None:
    tally, _ = told_by(b"")
    assert tally.errors.total() > 3
    assert all(error.startswith("no answer: ") for error in tally.errors)


def test_an_unchanged_page_is_an_answer_and_an_unchanged_match_is_none() -> None:
    tally = Tally()
    tally.note(Question("page", b""), 304, 0.001)
    tally.note(Question("match", b""), 304, 0.001)
    assert (tally.unchanged, tally.all_ms, tally.errors) == (1, [1.0], {"match: 304": 1})


def test_a_run_is_told_beside_the_first_one() -> None:
    base, other = a_run(), a_run(processes=2, seconds=2)
    assert row(base, base).split()[4:9] == ["25.0", "1.00", "1.0", "10.0", "100.0"]
    assert row(other, base).split()[4:6] == ["50.0", "2.00"]
    assert "24 of 80 unchanged" in next(details(base))


def test_errors_miss_the_target() -> None:
    assert [target.is_met for target in targets([a_run(), a_run()], is_memory_check=False)] == [True]
    assert [target.is_met for target in targets([a_run(), a_run(errors=1)], is_memory_check=False)] == [False]


@pytest.mark.parametrize(("mib", "is_met"), [((100, 200, 205), True), ((100, 200, 207), False), ((100, 100, 90), True)])
def test_memory_that_still_grows_after_the_middle_misses_the_target(mib: tuple[float, ...], is_met: bool) -> None:
    _, memory = targets([a_run(*mib)], is_memory_check=True)
    assert memory.is_met is is_met
