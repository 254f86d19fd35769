from __future__ import annotations

from typing import Any

import pytest

from kb.content.document import PageFolder
from kb.content.lint import Level
from kb.content.lint.corpus import Subject
from kb.content.lint.signatures import (
    blank_that_nothing_fills,
    cannot_work,
    fires_on_healthy_logs,
    hit_finds_another_page,
    near_finds_the_page,
    shared_without_owner,
    undeclared_duplicate,
)
from kb.content.problems import Finding
from tests.content.builders import HIT, MESSAGE, NEAR, OTHER_HIT, codes, corpus, folder

OWNER = "frob/owner"
SHARED = [{"key": "refused", "text": f"{MESSAGE} <host>", "shared": OWNER}]


def found(rule: Any, one: PageFolder, *others: PageFolder, clean: dict[str, bytes] | None = None) -> list[Finding]:
    return list(rule(Subject(one), corpus(one, *others, clean=clean)))


def owner(**changes: Any) -> PageFolder:
    return folder(OWNER, title="The owner", **changes)


def test_a_sound_page_keeps_every_rule() -> None:
    assert codes(folder()) == []


@pytest.mark.parametrize(
    "signature",
    [
        {"key": "a", "text": "<any>"},
        {"key": "a"},
        {"key": "a", "regex": "(?=look-ahead) is not known here"},
        {"key": "a", "text": MESSAGE, "regex": MESSAGE},
        {"key": "a", "text": MESSAGE, "shared": OWNER, "with": ["<any>"]},
    ],
)
def test_a_signature_that_cannot_work_is_reported_and_the_rest_is_still_proved(signature: dict[str, Any]) -> None:
    broken, sound = folder("frob/broken", signatures=[signature]), folder()

    assert [finding.code for finding in found(cannot_work, broken)] == ["KB020"]
    assert found(hit_finds_another_page, sound, broken) == []


def test_a_page_that_fires_on_a_healthy_log_is_told_where() -> None:
    (finding,) = found(fires_on_healthy_logs, folder(), clean={"clean/a.log": b"fine\nfine\n" + HIT.encode()})

    assert finding.code == "KB021"
    assert "`refused` fires on the healthy log clean/a.log line 4 (exact);" in finding.message
    assert finding.where == ("signatures", 0)


def test_a_healthy_log_that_other_pages_fire_on_is_their_problem() -> None:
    bystander = folder("frob/bystander", signatures=[{"key": "a", "text": "the gizmo went up in smoke"}])

    assert found(fires_on_healthy_logs, bystander, folder(), clean={"a.log": HIT.encode()}) == []


def test_a_hit_that_finds_nothing_is_reported_in_its_file() -> None:
    one = folder(texts={"hit-plain.log": HIT, "hit-strange.log": "quite another wording\n"})

    (finding,) = found(hit_finds_another_page, one)

    assert (finding.code, finding.file) == ("KB022", "hit-strange.log")
    assert finding.message.startswith("finds no page")


def test_a_hit_that_finds_another_page_first_names_it_and_its_line() -> None:
    specific = folder("frob/specific", signatures=[{"key": "db1", "text": f"{MESSAGE} db1 because it is asleep"}])
    one = folder(texts={"hit-plain.log": f"start\n{MESSAGE} db1 because it is asleep\n"})

    (finding,) = found(hit_finds_another_page, one, specific)

    assert (finding.code, finding.file, finding.line) == ("KB022", "hit-plain.log", 2)
    assert "first is frob/specific by `db1` on this line" in finding.message


def test_a_hit_of_a_shared_text_may_come_under_its_owner_if_another_comes_first() -> None:
    lifted = [{**SHARED[0], "with": ["widget night shift"]}]
    texts = {"hit-plain.log": HIT, "hit-night.log": f"widget night shift\n{HIT}"}

    assert found(hit_finds_another_page, folder(signatures=lifted, texts=texts), owner()) == []


def test_a_page_that_never_comes_first_is_not_proved() -> None:
    (finding,) = found(hit_finds_another_page, folder(signatures=SHARED), owner())

    assert finding.code == "KB022"
    assert "no hit finds this page first" in finding.message


def test_a_near_miss_that_finds_the_page_names_signature_and_line() -> None:
    one = folder(texts={"hit-plain.log": HIT, "near-same.log": f"fine\n{OTHER_HIT}"})

    (finding,) = found(near_finds_the_page, one)

    assert (finding.code, finding.file, finding.line) == ("KB023", "near-same.log", 3)
    assert "by `refused` on this line (exact)" in finding.message


def test_a_near_miss_that_finds_another_page_is_as_it_should_be() -> None:
    one = folder(texts={"near-other.log": HIT}, signatures=[{"key": "a", "text": "the gizmo went up in smoke"}])

    assert found(near_finds_the_page, one, folder("frob/other")) == []


def test_the_same_text_on_two_pages_is_reported_on_both_whatever_its_marks_and_placeholders() -> None:
    other = folder("frob/other", signatures=[{"key": "a", "text": f"{MESSAGE.upper()}: '<name>'"}])

    assert [finding.code for finding in found(undeclared_duplicate, folder(), other)] == ["KB024"]
    assert [finding.code for finding in found(undeclared_duplicate, other, folder())] == ["KB024"]


def test_a_declared_duplicate_is_fine_on_both_pages() -> None:
    assert found(undeclared_duplicate, folder(signatures=SHARED), owner()) == []
    assert found(undeclared_duplicate, owner(), folder(signatures=SHARED)) == []


def test_the_same_text_twice_on_a_page_is_reported_once() -> None:
    one = folder(signatures=[{"key": "a", "text": MESSAGE}, {"key": "b", "text": MESSAGE}])

    (finding,) = found(undeclared_duplicate, one)

    assert (finding.code, finding.where) == ("KB024", ("signatures", 1))


def test_a_page_may_list_wordings_that_differ_in_marks_alone() -> None:
    one = folder(signatures=[{"key": "a", "text": MESSAGE}, {"key": "b", "text": f"({MESSAGE})"}])

    assert found(undeclared_duplicate, one) == []


def test_a_text_is_shared_only_with_a_page_that_has_it() -> None:
    stranger = owner(signatures=[{"key": "a", "text": "the gizmo went up in smoke"}])

    (finding,) = found(shared_without_owner, folder(signatures=SHARED), stranger)

    assert (finding.code, finding.where) == ("KB025", ("signatures", 0, "shared"))
    assert found(shared_without_owner, folder(signatures=SHARED), owner()) == []


def test_only_a_shared_text_is_lifted() -> None:
    one = folder(signatures=[{"key": "a", "text": MESSAGE, "with": ["widget night shift"]}])

    assert [finding.where for finding in found(shared_without_owner, one)] == [("signatures", 0, "with")]


def test_a_command_that_uses_what_nothing_captures_is_reported() -> None:
    one = folder(quick_fix={"text": "x", "command": "frobnicate {{ port }} {{ host }} ${{ secrets.X }}"})

    (finding,) = found(blank_that_nothing_fills, one)

    assert (finding.code, finding.where) == ("KB026", ("quick_fix", "command"))
    assert "`{{ port }}`" in finding.message
    assert "captured here: host" in finding.message


def test_names_of_groups_in_an_expression_are_captured() -> None:
    one = folder(
        signatures=[{"key": "a", "regex": "frobnicator refused (?P<widget>[a-z]+)"}],
        quick_fix={"text": "x", "command": "frobnicate {{ widget }}"},
    )

    assert found(blank_that_nothing_fills, one) == []


def test_templates_of_other_tools_in_the_code_of_a_fix_are_left_alone() -> None:
    body = "```\n{{ item }} {{ host }} ${{ github.token }} {{ .Values.port }}\n```\nprose {{ port }}"
    fixes = [{"key": "register", "title": "x", "body": body}]

    assert found(blank_that_nothing_fills, folder(fixes=fixes)) == []


def test_a_site_page_is_held_to_its_proof() -> None:
    one = folder(texts={"near-happy.log": NEAR}, samples=[])

    assert codes(one, level=Level.SITE) == ["KB027"]
