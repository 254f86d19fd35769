"""An end to work that may take long. The engine knows no clock: whoever calls it says when the time is over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, TypeVar

Item = TypeVar("Item")
IsOver: TypeAlias = Callable[[], bool]


def never() -> bool:
    return False


def until(is_over: IsOver, items: Iterable[Item], at_least: int = 0) -> Iterator[Item]:
    """The items, until the time is over; the first `at_least` in any case."""
    for number, item in enumerate(items):
        if number >= at_least and is_over():
            return
        yield item
