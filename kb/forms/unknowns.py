"""What a curator chooses in the queue of unknown errors, and decides about one of them."""

from __future__ import annotations

from typing import Any

from django import forms

from kb.models import Page, UnknownState
from kb.queries import unknowns
from kb.queries.unknowns import Sort, Wanted

SORTS = {
    Sort.DEMAND: "most wanted lately",
    Sort.COUNT: "most pasted ever",
    Sort.RECENT: "seen last",
    Sort.NEW: "new ones first",
}
LONGEST_REASON = 500


class QueueForm(forms.Form):
    """Narrows and sorts the queue; what cannot be read narrows nothing and says so beside its field."""

    q = forms.CharField(label="Words", required=False, max_length=200)
    state = forms.ChoiceField(label="State", required=False, choices=UnknownState.choices)
    tool = forms.ChoiceField(label="Tool", required=False)
    ci = forms.ChoiceField(label="CI", required=False)
    since = forms.DateField(label="Seen since", required=False, widget=forms.DateInput({"placeholder": "2026-11-20"}))
    sort = forms.ChoiceField(
        label="Order", required=False, choices=[(sort.value, text) for sort, text in SORTS.items()]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, values in (("tool", unknowns.tools()), ("ci", unknowns.cis())):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "any"), *((value, value) for value in values)]

    def wanted(self) -> Wanted:
        """What is chosen, as far as it can be read."""
        self.full_clean()
        chosen = self.cleaned_data
        return Wanted(
            state=chosen.get("state") or UnknownState.OPEN,
            tool=chosen.get("tool", ""),
            ci=chosen.get("ci", ""),
            since=chosen.get("since"),
            words=chosen.get("q", ""),
            sort=Sort(chosen.get("sort") or Sort.DEMAND),
        )


class WithAlike(forms.Form):
    """A decision about one error, and about those that stand with it if that is ticked."""

    alike = forms.BooleanField(label="also its near duplicates that are open", required=False)

    def __init__(self, *args: Any, alike: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        if alike:
            self.fields["alike"].label = (
                "also its near duplicate" if alike == 1 else f"also its {alike} near duplicates"
            )
            self.order_fields([name for name in self.fields if name != "alike"])
        else:
            del self.fields["alike"]

    @property
    def takes_alike(self) -> bool:
        return bool(self.cleaned_data.get("alike"))


class DraftForm(WithAlike):
    address = forms.CharField(
        label="Address", max_length=200, help_text="&lt;tool&gt;/&lt;slug&gt;, which never changes once it is published"
    )


class AttachForm(WithAlike):
    page = forms.CharField(
        label="Page",
        max_length=300,
        widget=forms.TextInput({"list": "nearest-pages"}),
        help_text="&lt;tool&gt;/&lt;slug&gt;, or the page's address",
    )

    def clean_page(self) -> Page:
        slug = self.cleaned_data["page"].partition("/errors/")[2] or self.cleaned_data["page"]
        page = Page.objects.at(slug.strip("/ ")).select_related("tool", "live_revision").first()
        if page is None:
            raise forms.ValidationError(f"No page is at {slug}. Its address says it: /errors/<tool>/<slug>/")
        return page


class IgnoreForm(WithAlike):
    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        help_text="Why no page could explain it, for whoever meets it next",
    )
