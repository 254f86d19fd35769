"""The lab says of one signature what it does, and of what it looked at."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from kb.content import document as doc
from kb.models import Page, Sample
from kb.services import gate, lab
from kb.services.lab import Trying, try_signature
from tests import builders

pytestmark = pytest.mark.django_db

PAGE = "ssh/permission-denied-publickey"
DENIED = "<name>@<host>: Permission denied (publickey)."
HUNG_UP = doc.Signature(key="hung-up", text="the server hung up on everybody")


@pytest.fixture
def page() -> Page:
    return builders.a_published_page(PAGE)


def tried(text: str = "", slug: str = PAGE, **changes: str) -> Trying:
    return try_signature(slug, doc.Signature.model_validate({"key": "typed", "text": text, **changes}))


def a_sample(page: Page, file: str, text: str) -> None:
    Sample.objects.create(page=page, file=file, text=text, origin=doc.Origin.COMPOSED.value, note="x", position=9)


def test_a_good_signature_is_called_sound(page: Page) -> None:
    told = tried(DENIED)
    assert told.is_sound
    assert told.sentence == "In 1 of 1 hit"
    assert told.names == ("name", "host")
    assert told.example == "main@host.example.com: Permission denied (publickey)."


def test_what_it_captures_is_told_with_the_line(page: Page) -> None:
    (hit,) = tried(DENIED).hits
    assert hit.line
    assert (hit.name, hit.line.number) == ("hit-clone.log", 1)
    assert dict(hit.line.captures) == {"name": "git", "host": "example.invalid"}


@pytest.mark.parametrize(
    ("signature", "refusal", "mend"),
    [
        ({"text": "<any>"}, "has no letters or digits of its own", "add the words around them"),
        ({"text": "0 errors, 0 warnings in <num> files"}, "reads as no failure", "only the error has"),
        ({"regex": "(?=no) look-ahead there"}, "not a regular expression", "do not exist there"),
    ],
)
def test_a_signature_that_can_never_fire_is_told_why_and_how_to_mend_it(
    signature: dict[str, str], refusal: str, mend: str
) -> None:
    told = tried(**signature)
    assert refusal in told.refusal
    assert mend in told.mend
    assert told.sentence.startswith("Can never fire: ")


def test_a_near_miss_that_it_finds_is_told(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "healthy_logs", dict)
    told = tried("Permission denied (<name>).")
    assert [seen.name for seen in told.mistaken] == ["near-password.log"]
    assert told.sentence == "Stands in 1 near miss; in 1 of 1 hit"
    assert not told.is_sound


def test_a_healthy_log_on_which_it_fires_is_told(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "healthy_logs", lambda: {"a.log": b"fine\n", "b.log": b"ok\nPermission denied (x).\n"})
    told = tried("Permission denied (<name>)")
    assert [(seen.name, seen.line.number) for seen in told.healthy if seen.line] == [("b.log", 2)]
    assert told.healthy_logs == 2


def test_the_owner_of_the_same_text_is_named(page: Page) -> None:
    builders.a_published_page("ssh/owner", signatures=(HUNG_UP,))
    told = tried("The server hung up, on everybody!")
    assert [(one.slug, one.key, one.is_same) for one in told.claimed] == [("ssh/owner", "hung-up", True)]
    assert told.sentence.startswith("The same text belongs to ssh/owner")
    assert not any(one.is_same for one in tried(HUNG_UP.text, shared="ssh/owner").claimed)


def test_a_text_of_another_page_within_it_is_named(page: Page) -> None:
    builders.a_published_page("ssh/owner", signatures=(HUNG_UP,))
    told = tried("kex: the server hung up on everybody at <host>")
    assert [(one.slug, one.is_same) for one in told.claimed] == [("ssh/owner", False)]


def test_samples_of_other_pages_are_named_with_who_would_be_first_there(page: Page) -> None:
    other = builders.a_published_page("ssh/other", signatures=(HUNG_UP,))
    a_sample(other, "hit-long.log", "the server hung up on everybody in the house at once\n")
    a_sample(other, "hit-short.log", "the server hung up on everybody\n")
    longer = tried("the server hung up on everybody in the house")
    assert [(one.slug, one.seen.name, one.takes) for one in longer.elsewhere] == [("ssh/other", "hit-long.log", True)]
    assert "takes 1 sample from other pages" in longer.sentence.lower()
    shorter = tried("server hung up")
    assert [one.takes for one in shorter.elsewhere] == [False, False]


def test_a_page_that_does_not_exist_yet_is_tried_as_well() -> None:
    told = tried(DENIED, "ssh/not-there")
    assert told.hits == ()
    assert told.sentence == "The page has no hit yet"


def test_it_ends_when_the_time_is_over_and_says_so(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks: Iterator[int] = count(step=10)
    monkeypatch.setattr(lab, "now", lambda: float(next(ticks)))
    told = tried(DENIED)
    assert told.is_cut_short
    assert told.healthy_logs == 0


def test_of_many_samples_elsewhere_a_bounded_number_is_looked_at(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "MOST_ELSEWHERE", 3)
    other = builders.a_published_page("ssh/other", signatures=(HUNG_UP,))
    for number in range(5):
        a_sample(other, f"hit-{number}.log", "nothing of it but publickey\n")
    assert tried(DENIED).others == 3
