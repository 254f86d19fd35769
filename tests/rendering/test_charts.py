"""Where the bars of a chart stand: inside it, on top of each other, as high as their numbers are."""

from __future__ import annotations

import pytest

from kb.rendering.charts import HEIGHT, WIDTH, Bar, Series, columns, parts, round_top


def of(kind: str, bars: tuple[Bar, ...]) -> list[Bar]:
    return [bar for bar in bars if bar.kind == kind]


def test_columns_are_as_high_as_their_numbers_and_stand_on_each_other() -> None:
    chart = columns("Texts", "", ["a", "b"], (Series("x", "x", [4, 2]), Series("y", "y", [6, 0])))
    assert (chart.top, chart.first, chart.last) == (10, "a", "b")
    first, second = of("x", chart.bars)
    assert (first.height, second.height) == (HEIGHT * 0.4, HEIGHT * 0.2)
    assert first.y + first.height == second.y + second.height == HEIGHT
    (upper,) = of("y", chart.bars)
    assert (upper.x, upper.y) == (first.x, 0)
    assert upper.y + upper.height == first.y


def test_no_column_leaves_the_chart_or_touches_the_next() -> None:
    chart = columns("Texts", "", [str(day) for day in range(90)], (Series("x", "x", list(range(90))),))
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in chart.bars)
    assert all(bar.y >= 0 and bar.y + bar.height <= HEIGHT + 0.01 for bar in chart.bars)
    assert all(one.x + one.width < other.x for one, other in zip(chart.bars, chart.bars[1:], strict=False))


def test_what_is_above_the_given_top_ends_there() -> None:
    (bar,) = columns("Share", "", ["a"], (Series("x", "x", [250]),), top=100).bars
    assert (bar.y, bar.height) == (0, HEIGHT)


def test_nothing_is_drawn_for_nothing() -> None:
    assert columns("Texts", "", ["a", "b"], (Series("x", "x", [0, 0]),)).bars == ()
    assert columns("Texts", "", [], (Series("x", "x", []),)).bars == ()
    assert parts("States", "", (Series("x", "x", [0]),)).bars == ()


def test_parts_share_the_whole_width_in_order() -> None:
    chart = parts("States", "", (Series("x", "x", [1]), Series("none", "none", [0]), Series("y", "y", [3])))
    assert [(bar.kind, bar.x, bar.width) for bar in chart.bars] == [
        ("x", 0, WIDTH / 4),
        ("y", WIDTH / 4, WIDTH * 3 / 4),
    ]


@pytest.mark.parametrize(
    ("highest", "top"),
    [(0, 1), (1, 1), (2, 2), (3, 5), (7, 10), (10, 10), (11, 20), (999, 1000), (1000, 1000), (10**9 + 1, 2 * 10**9)],
)
def test_the_scale_ends_at_a_round_number(highest: int, top: int) -> None:
    assert round_top(highest) == top
