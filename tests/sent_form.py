"""Forms as a browser would send them: what stands in their controls, in the order of the page."""

from __future__ import annotations

from html.parser import HTMLParser


class SentForm(HTMLParser):
    """Collects the controls of the forms of a page; what stands in a `<template>` is not sent."""

    def __init__(self, html: str, marked: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.buttons: list[str] = []
        self._marked = marked
        self._is_in_form = False
        self._templates = 0
        self._textarea: str | None = None
        self._text = ""
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_in_form = self._marked in told
        self._templates += tag == "template"
        if not self._is_in_form or self._templates:
            return
        name = told.get("name", "")
        if tag == "textarea":
            self._textarea, self._text = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in told or self._select not in self.fields):
            self.fields[self._select] = [told["value"]]
        elif tag == "button":
            self.buttons.append(told.get("value", ""))
        elif tag == "input" and name and not self._is_unchecked(told):
            self.fields.setdefault(name, []).append(told.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self._templates -= tag == "template"
        if tag == "form":
            self._is_in_form = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._textarea is not None:
            # A parser drops the first line end of a textarea; a browser sends the others as CRLF.
            sent = self._text.removeprefix("\n").replace("\n", "\r\n")
            self.fields.setdefault(self._textarea, []).append(sent)
            self._textarea = None

    def handle_data(self, data: str) -> None:
        self._text += data

    @staticmethod
    def _is_unchecked(told: dict[str, str]) -> bool:
        return told.get("type") in ("checkbox", "radio") and "checked" not in told
