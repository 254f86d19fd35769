"""Characters that nobody sees, written out, as the engine writes them."""

from __future__ import annotations

from kb.matching.invisible import named

__all__ = ["named"]
