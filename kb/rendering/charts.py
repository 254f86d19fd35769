"""Small charts: where the bars stand. The template draws them, a style sheet colours them, and the numbers stand in a
table behind each, so that nobody depends on the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720.0, 160.0
"""In the chart's own units: it is drawn as wide as there is room."""
GAP = 0.2
"""Of the width of a column."""


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of one kind, a column's each."""

    name: str
    kind: str
    """Says how it looks: `answered`, `gone`."""
    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class Bar:
    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    told: str
    """What it shows, in a sentence, for those who do not see it."""
    bars: tuple[Bar, ...]
    series: tuple[Series, ...]
    height: float
    top: int = 0
    """What its upper edge stands for."""
    first: str = ""
    last: str = ""
    """What stands below its first column and its last."""
    width: float = WIDTH

    @property
    def middle(self) -> float:
        return self.height / 2


def columns(title: str, told: str, labels: Sequence[str], series: Sequence[Series], top: int = 0) -> Chart:
    """Columns side by side, those of several series on top of each other, the first one at the bottom.

    `top` is what its upper edge stands for; without one, the next round number.
    """
    sums = [sum(values) for values in zip(*(one.values for one in series), strict=True)]
    highest = top or round_top(max(sums, default=0))
    step = WIDTH / max(1, len(labels))
    bars = []
    for place in range(len(labels)):
        floor = HEIGHT
        for one in series:
            height = HEIGHT * min(1.0, one.values[place] / highest)
            if height > 0:
                floor -= height
                bars.append(Bar(one.kind, _r(place * step), _r(floor), _r(step * (1 - GAP)), _r(height)))
    ends = (labels[0], labels[-1]) if labels else ("", "")
    return Chart(title, told, tuple(bars), tuple(series), HEIGHT, highest, *ends)


def parts(title: str, told: str, series: Sequence[Series], height: float = 24.0) -> Chart:
    """One bar, divided as its parts are to each other; of each series the first number counts."""
    total = sum(one.values[0] for one in series)
    bars, x = [], 0.0
    for one in series:
        width = WIDTH * one.values[0] / total if total else 0.0
        if width > 0:
            bars.append(Bar(one.kind, _r(x), 0.0, _r(width), height))
            x += width
    return Chart(title, told, tuple(bars), tuple(series), height)


def round_top(highest: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50 and so on."""
    if highest <= 1:
        return 1
    power: int = 10 ** (len(str(highest)) - 1)
    return next(step * power for step in (1, 2, 5, 10) if highest <= step * power)


def _r(number: float) -> float:
    return round(number, 2)
