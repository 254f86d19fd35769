from __future__ import annotations

from dataclasses import replace

import pytest

from kb.matching.windowing import DEFAULT_WINDOW, Stretch, window

LIMITS = replace(DEFAULT_WINDOW, whole=5, context=1, shown=20, opened=4)


def a_text(count: int) -> str:
    return "".join(f"line {number}\n" for number in range(1, count + 1))


def told(stretches: tuple[Stretch, ...]) -> list[str]:
    """`3-5` for lines in view, `(6-8)` for a fold that opens, `(90)` for one of which only the number is told."""
    ranges = []
    for stretch in stretches:
        numbers = [line.number for line in stretch.lines]
        text = f"{numbers[0]}-{numbers[-1]}" if numbers else str(stretch.count)
        ranges.append(f"({text})" if stretch.is_folded else text)
    return ranges


def test_a_short_text_is_shown_whole() -> None:
    assert told(window(a_text(5), {2}, LIMITS)) == ["1-5"]
    assert told(window(a_text(5), (), LIMITS)) == ["1-5"]
    assert told(window("no end of line", (), LIMITS)) == ["1-1"]
    assert told(window("", (), LIMITS)) == []


def test_lines_that_matter_are_shown_with_some_around_them_and_the_rest_is_folded() -> None:
    assert told(window(a_text(100), {10, 90}, LIMITS)) == ["(8)", "9-11", "(77)", "89-91", "(9)"]


def test_a_fold_that_is_small_can_be_opened() -> None:
    assert told(window(a_text(20), {6, 13}, LIMITS)) == ["(1-4)", "5-7", "(8-11)", "12-14", "(6)"]


def test_a_line_or_two_are_not_folded_away() -> None:
    assert told(window(a_text(20), {4, 9}, LIMITS)) == ["1-10", "(10)"]


def test_without_a_line_that_matters_a_long_text_is_shown_by_its_ends() -> None:
    assert told(window(a_text(100), (), LIMITS)) == ["1-2", "(96)", "99-100"]


def test_every_line_that_matters_is_shown_however_many_there_are() -> None:
    numbers = set(range(10, 1000, 10))
    stretches = window(a_text(1000), numbers, LIMITS)
    shown = {line.number for stretch in stretches for line in stretch.lines}
    assert numbers <= shown
    assert len(shown) < 250


def test_lines_are_those_of_the_text_but_for_escapes_and_secrets() -> None:
    text = "\x1b[31mred\x1b[0m\r\nhttps://ada:hunter2hunter2@example.com/x\n"
    (stretch,) = window(text, (), LIMITS)
    assert [line.text for line in stretch.lines] == ["red", "https://ada:[redacted]@example.com/x"]


def test_a_secret_that_is_cut_in_two_is_not_half_shown() -> None:
    secret = "ghp_" + "a1B2c3D4e5F6" * 3
    line = f"Authorization: Bearer {'x1Y2' * 280} {'-' * 38} {secret} end"
    assert line.index(secret) < 4 * DEFAULT_WINDOW.line < line.index(secret) + len(secret)
    (shown,) = window(line, ())
    assert secret[:10] not in shown.lines[0].text


def test_only_line_feeds_end_a_line() -> None:
    (stretch,) = window("a\u2028b\x0bc\rd\ne\n", (), LIMITS)
    assert [line.number for line in stretch.lines] == [1, 2]


def test_a_long_line_is_cut_and_so_is_the_sum_of_all() -> None:
    (stretch,) = window("x" * 9_000_000 + "\n", (), LIMITS)
    assert len(stretch.lines[0].text) < 400
    limits = replace(LIMITS, whole=500, characters=1000)
    (stretch,) = window("y" * 200 + "\n" + ("z" * 200 + "\n") * 99, {90}, limits)
    assert sum(len(line.text) for line in stretch.lines) < 2000
    assert stretch.lines[89].text == "z" * 200


@pytest.mark.parametrize("number", [0, -3, 21])
def test_a_line_that_is_not_there_is_left_out(number: int) -> None:
    assert told(window(a_text(20), {number}, LIMITS)) == told(window(a_text(20), (), LIMITS))


def test_a_large_text_takes_no_longer_than_its_lines_are_counted() -> None:
    stretches = window("all is well\n" * 800_000, {400_000}, LIMITS)
    assert told(stretches) == ["(399998)", "399999-400001", "(399999)"]
