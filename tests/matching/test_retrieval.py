"""Pages near a question in plain words."""

from __future__ import annotations

from kb.matching.index import build
from kb.matching.records import Entry
from tests.matching.builders import entry

PROXY = entry(
    "npm/proxy-authentication-required",
    "npm error code E407",
    title="npm: proxy authentication required",
    summary="The company's proxy wants a user name and a password before it lets npm through.",
)
LOCK = entry(
    "npm/lock-file-not-in-sync",
    "npm error `npm ci` can only install packages when in sync",
    title="npm ci: package.json and package-lock.json are not in sync",
    summary="The lock file was written for another package.json than the one that stands beside it.",
)
DAEMON = entry(
    "docker/cannot-connect-to-the-daemon",
    "Cannot connect to the Docker daemon",
    title="Cannot connect to the Docker daemon",
    summary="The docker client found nobody at the socket of the daemon.",
)
PAGES = (PROXY, LOCK, DAEMON)


def strangers(count: int) -> list[Entry]:
    """Pages of one more tool, which speak of proxies, locks and daemons too."""
    said = ("the proxy wants a password", "the lock is not in sync", "cannot connect to the daemon")
    return [
        entry(f"stranger/s{number}", f"stranger message {number}", title=said[number % 3], summary=said[number % 3])
        for number in range(count)
    ]


def asked(question: str, entries: tuple[Entry, ...] | list[Entry], limit: int = 10) -> list[str]:
    index = build(entries)
    return [index.entries[number].slug for number, _ in index.retriever.ask(question, limit)]


def test_a_question_finds_the_page_that_holds_most_of_it() -> None:
    assert asked("npm says my lock file is out of sync", PAGES)[0] == LOCK.slug
    assert asked("company proxy password for npm", PAGES)[0] == PROXY.slug


def test_many_pages_of_one_tool_do_not_hide_the_others() -> None:
    for question, page in (("npm proxy password", PROXY), ("npm lock not in sync", LOCK), ("docker daemon", DAEMON)):
        found = asked(question, [*PAGES, *strangers(2000)])
        assert next(slug for slug in found if not slug.startswith("stranger/")) == page.slug


def test_a_tool_is_named_once_however_many_words_its_name_has() -> None:
    where = entry("frob-actions/lost-key", "frob: key lost", title="The key was lost", summary="No lock was near.")
    what = entry("lockr/lock-missing", "lockr: no lock", title="The lock of a dependency is missing")

    assert asked("lockr lock missing in frob actions", [where, what])[0] == what.slug


def test_at_most_five_pages_of_a_tool_answer_a_question() -> None:
    many = [entry(f"git/p{number}", f"fatal: number {number}", title="git push refused") for number in range(20)]
    other = entry("github/push-refused", "remote: refused", title="GitHub: push refused")

    found = asked("git push refused", [*many, other])

    assert [slug.partition("/")[0] for slug in found].count("git") == 5
    assert other.slug in found


def test_pages_of_the_same_weight_come_in_the_order_of_their_addresses() -> None:
    same = [entry(f"t{letter}/p", "frob: lost", title="frob lost") for letter in "cab"]

    assert asked("frob lost", same) == asked("frob lost", same[::-1]) == ["ta/p", "tb/p", "tc/p"]


def test_a_question_without_a_known_word_finds_nothing() -> None:
    assert asked("zzyzx", PAGES) == []
    assert asked("", PAGES) == []
