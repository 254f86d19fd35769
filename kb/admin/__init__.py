"""The rows as Django's admin shows them: to look at everything, and to change what needs no desk of its own."""

from kb.admin import background, pages, people, proof, readers

__all__ = ["background", "pages", "people", "proof", "readers"]
