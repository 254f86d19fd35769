"""Moves between states: each model that has a state says in one table which moves it allows."""

from __future__ import annotations

from collections.abc import Mapping

Moves = Mapping[str, tuple[str, ...]]
"""For each state the states that may follow it."""


class MoveRefusedError(ValueError):
    """A row was asked to go into a state that its table of moves does not lead to."""

    def __init__(self, what: object, before: str, after: str, allowed: tuple[str, ...]) -> None:
        self.before = before
        self.after = after
        self.allowed = allowed
        ways = ", ".join(str(state) for state in allowed) or "nothing: this state is final"
        super().__init__(f"{what} is {before} and cannot become {after}; from here it can become {ways}")


def check_move(moves: Moves, what: object, before: str, after: str) -> None:
    """Raise `MoveRefusedError` unless the table leads from one state to the other."""
    allowed = moves.get(before, ())
    if after not in allowed:
        raise MoveRefusedError(what, before, after, allowed)
