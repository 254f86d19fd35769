"""What a curator chooses, proposes and decides at the evidence desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import slugify

from kb.content import document as doc
from kb.content.validating import Model, validate
from kb.content.yaml_reading import Tree
from kb.models import Evidence, EvidenceState, Page, Source, SourceState, Tool
from kb.models.source import DESCRIPTION
from kb.queries import freshness
from kb.queries.evidence import DEAD_CHOICE, GROUPS, Part, Wanted, parts_of
from kb.services.sources import known_source

_KIND_CHOICES = [(kind.value, kind.label) for kind in doc.SourceKind]
_ANY = ("", "any")
_DATE = {"type": "date"}
MOST_CHOSEN = 500


def _date(label: str, *, required: bool = False, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(_DATE, "%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class SourceFilter(forms.Form):
    """Narrows the list; what cannot be read narrows nothing and says so beside its field."""

    q = forms.CharField(label="Address or title", required=False, max_length=2000)
    state = forms.ChoiceField(
        label="Last check",
        required=False,
        choices=[
            _ANY,
            (DEAD_CHOICE, "dead"),
            (SourceState.UNCHECKED, "never checked"),
            *((state.value, state.value) for state in SourceState if state is not SourceState.UNCHECKED),
        ],
    )
    evidence = forms.ChoiceField(
        label="Evidence", required=False, choices=[_ANY, *((state.value, state.value) for state in EvidenceState)]
    )
    kind = forms.ChoiceField(label="Kind", required=False, choices=[_ANY, *_KIND_CHOICES])
    tool = forms.ChoiceField(label="Tool", required=False)
    host = forms.CharField(label="Host", required=False, max_length=255)
    idle = forms.BooleanField(label="supports nothing", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_tools(self.fields["tool"])

    def wanted(self) -> Wanted:
        """What is chosen, as far as it can be read."""
        self.full_clean()
        chosen = self.cleaned_data
        return Wanted(
            words=chosen.get("q", ""),
            state=chosen.get("state", ""),
            kind=chosen.get("kind", ""),
            tool=chosen.get("tool", ""),
            host=chosen.get("host", ""),
            evidence=chosen.get("evidence", ""),
            is_idle=chosen.get("idle", False),
        )


class PageForm(forms.Form):
    """The page to which evidence is to be added."""

    to = forms.CharField(
        label="Add evidence to the page",
        max_length=200,
        widget=forms.TextInput({"placeholder": "git/authentication-failed", "size": 36}),
    )

    def clean_to(self) -> Page:
        full_slug = str(self.cleaned_data["to"]).strip("/").removeprefix("errors/")
        page = Page.objects.at(full_slug).first()
        if page is None:
            raise forms.ValidationError("There is no such page; name it like git/authentication-failed.")
        return page


class DueFilter(forms.Form):
    rule = forms.ChoiceField(
        label="Because", required=False, choices=[_ANY, *((rule.code, rule.text) for rule in freshness.RULES)]
    )
    tool = forms.ChoiceField(label="Tool", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_tools(self.fields["tool"])

    def chosen(self, name: str) -> str:
        self.full_clean()
        return str(self.cleaned_data.get(name, ""))


def _offer_tools(field: forms.Field) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = [_ANY, *Tool.objects.order_by("name").values_list("slug", "name")]


class ChosenForm(forms.Form):
    """What is done to the sources and the evidence that are ticked in a list."""

    CHECK = "check"
    DEEDS: Mapping[str, EvidenceState] = {
        "accept": EvidenceState.ACCEPTED,
        "withdraw": EvidenceState.WITHDRAWN,
        "propose": EvidenceState.PROPOSED,
    }

    deed = forms.ChoiceField(choices=[(name, name) for name in (CHECK, *DEEDS)])
    source = forms.ModelMultipleChoiceField(Source.objects.all(), required=False)
    evidence = forms.ModelMultipleChoiceField(Evidence.objects.select_related("page"), required=False)
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=500,
        help_text="Why it is withdrawn: the next to look for evidence reads it.",
        widget=forms.TextInput,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        deed = cleaned.get("deed")
        if deed == self.CHECK and not cleaned.get("source"):
            self.add_error(None, "Tick the sources that are to be checked again.")
        if deed in self.DEEDS and not cleaned.get("evidence"):
            self.add_error(None, "Tick the evidence that this is about.")
        if deed == "withdraw":
            self._check_reason(cleaned.get("reason", ""))
        return cleaned

    def _check_reason(self, reason: str) -> None:
        if not reason:
            self.add_error("reason", "Say why: the next to look for evidence reads it.")
        _check_as_page_file(self, doc.Evidence, {"source": "https://x", "supports": "x", "note": "x", "reason": reason})

    @property
    def ticked_sources(self) -> set[int]:
        """What was ticked, to be shown ticked again."""
        return self._ticked("source")

    @property
    def ticked_evidence(self) -> set[int]:
        return self._ticked("evidence")

    def _ticked(self, name: str) -> set[int]:
        given = self.data.getlist(name)[:MOST_CHOSEN] if isinstance(self.data, QueryDict) else []
        return {int(value) for value in given if value.isascii() and value.isdecimal() and len(value) < 19}


class SourceForm(forms.Form):
    """How a source is described."""

    kind = forms.ChoiceField(label="Kind", choices=_KIND_CHOICES)
    title = forms.CharField(label="Title", max_length=500, help_text="As it stands there.")
    publisher = forms.CharField(label="Publisher", max_length=200, help_text="Who publishes it.")
    published = _date("Published", help_text="Where it says so.")
    seen_on = _date("Seen on", required=True, help_text="When you, or whoever cites it, looked at it last.")

    document: doc.Source | None = None

    def __init__(self, *args: Any, source: Source, **kwargs: Any) -> None:
        self.source = source
        kwargs["initial"] = {name: getattr(source, name) for name in DESCRIPTION}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            self.document = _source_in(self, self.source.address, cleaned)
        return cleaned


class MergeForm(forms.Form):
    """The other address of a document, and which of the two is kept."""

    address = forms.CharField(label="Other address of this document", max_length=2000, widget=forms.TextInput)
    keep = forms.ChoiceField(
        label="Which address do pages cite from now on?",
        choices=[("this", "the one at the top"), ("other", "this other one")],
        widget=forms.RadioSelect,
    )

    document: doc.Source | None = None

    def __init__(self, *args: Any, source: Source, **kwargs: Any) -> None:
        self.source = source
        kwargs["initial"] = {"keep": "other" if source.moved_to else "this", "address": source.moved_to}
        super().__init__(*args, **kwargs)

    def clean_address(self) -> str:
        address = _without_credentials(self.cleaned_data["address"])
        if address == self.source.address:
            raise forms.ValidationError("This is the same address; name the other one.")
        return address

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            self.document = _source_in(self, cleaned["address"], self.source.document().model_dump())
        return cleaned


class _PartForm(forms.Form):
    """What evidence shows, and of which part of a page."""

    supports = forms.ChoiceField(label="Supports")
    note = forms.CharField(
        label="What it shows",
        max_length=5000,
        widget=forms.Textarea({"rows": 4}),
        help_text="In your own words. Markdown.",
    )

    def __init__(self, *args: Any, page: Page, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["supports"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = _choices(parts_of(page))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            tree = {"source": "https://x", "supports": cleaned["supports"], "note": cleaned["note"]}
            _check_as_page_file(self, doc.Evidence, tree)
        return cleaned


def _choices(parts: Sequence[Part]) -> list[tuple[str, Any]]:
    """By kind, so that a long page is still read at a glance."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for part in parts:
        label = part.label if part.is_live or part.kind == "page" else f"{part.label} (in a draft)"
        groups.setdefault(GROUPS[part.kind], []).append((part.key, label[:120]))
    return list(groups.items())


class EvidenceEditForm(_PartForm):
    def __init__(self, *args: Any, evidence: Evidence, **kwargs: Any) -> None:
        initial = {"supports": evidence.supports, "note": evidence.note}
        super().__init__(*args, page=evidence.page, initial=initial, **kwargs)


class EvidenceForm(_PartForm):
    """Evidence for a part of a page: a pasted address, or an own observation that has none."""

    address = forms.CharField(
        label="Address",
        required=False,
        max_length=2000,
        widget=forms.TextInput,
        help_text="Paste it. Of an address that is known here nothing more is asked. Leave it empty for an own "
        "observation that stands nowhere on the web.",
    )
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "choose"), *_KIND_CHOICES])
    title = forms.CharField(
        label="Title", required=False, max_length=500, help_text="As it stands there; of an observation, what was seen."
    )
    publisher = forms.CharField(
        label="Publisher", required=False, max_length=200, help_text="Who publishes it; of an observation, who saw it."
    )
    published = _date("Published", help_text="Where it says so.")
    seen_on = _date("Seen on", help_text="When you looked at it; of an observation, its day. Empty is today.")

    field_order = ("supports", "address", "note", *DESCRIPTION)
    document: doc.Source | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        address = cleaned.get("address", "")
        if "address" in self.errors:
            return cleaned
        known = known_source(address) if address else None
        if known is not None:
            self.document = known.document()  # its own description: what was typed beside it is not asked for
            return cleaned
        if address:
            self._require("this address is new here")
        else:
            self._require_observation(cleaned)
        if not self.errors:
            cleaned["seen_on"] = cleaned.get("seen_on") or timezone.localdate()
            self.document = _source_in(self, address or _free_name(cleaned), cleaned)
        return cleaned

    def clean_address(self) -> str:
        return _without_credentials(self.cleaned_data["address"])

    def _require_observation(self, cleaned: Mapping[str, Any]) -> None:
        if cleaned.get("kind") != doc.SourceKind.OBSERVATION:
            self.add_error("address", "Paste the address; only an own observation can do without.")
        else:
            self._require("an observation must say it")

    def _require(self, why: str) -> None:
        for name in ("kind", "title", "publisher"):
            if name not in self.errors and not self.cleaned_data.get(name):
                self.add_error(name, f"Fill this in: {why}.")

    @property
    def described(self) -> list[forms.BoundField]:
        """The fields that only a new source needs."""
        return [self[name] for name in DESCRIPTION]


def _without_credentials(address: str) -> str:
    """Everybody can read what pages cite."""
    if "@" in address.partition("://")[2].partition("/")[0]:
        raise forms.ValidationError("The address holds a user name or a password; leave them out.")
    return address


def _free_name(cleaned: Mapping[str, Any]) -> str:
    """A name for an own observation that no other has: its day and the beginning of its title."""
    name = f"{doc.OWN}{cleaned['seen_on']}-{slugify(cleaned['title'])[:40]}".rstrip("-").replace("_", "-")
    name = "-".join(filter(None, name.split("-")))
    number, free = 1, name
    while known_source(free):
        number += 1
        free = f"{name}-{number}"
    return free


def _source_in(form: forms.Form, address: str, told: Mapping[str, Any]) -> doc.Source | None:
    """The source as a page file would describe it; what page files refuse stands beside its field."""
    tree: dict[str, Tree] = {name: str(told[name]) for name in DESCRIPTION if told.get(name)}
    return _check_as_page_file(form, doc.Source, {"address": address, **tree})


def _check_as_page_file(form: forms.Form, model: type[Model], tree: Mapping[str, Tree]) -> Model | None:
    document, findings = validate(model, dict(tree))
    for finding in findings:
        name = str(finding.where[0]) if finding.where else "address"
        form.add_error(name if name in form.fields else None, f"{finding.message}.")
    return document
