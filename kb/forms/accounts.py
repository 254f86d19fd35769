"""The forms of accounts: logging in, inviting, a role, a token."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils import timezone

from kb.models import Scope, User
from kb.services import limits, reviewing, roles, signing_in

if TYPE_CHECKING:
    UserForm = forms.ModelForm[User]
else:
    UserForm = forms.ModelForm

ROLES = (
    (roles.READER, "Reader: reads, where that needs an account"),
    (roles.AUTHOR, "Author: writes drafts and submits them"),
    (roles.REVIEWER, "Reviewer: publishes what others wrote, too"),
    (roles.ADMINISTRATOR, "Administrator: everything, accounts too"),
)
LIFETIMES = ((30, "30 days"), (90, "90 days"), (365, "A year"), (0, "Until it is revoked"))


class LogInForm(AuthenticationForm):
    """Any active account may log in; what it may see then is said where it goes. Tries are counted before the password
    is looked at, so that whoever is refused learns nothing."""

    refusal: limits.Refusal | None = None

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username", "")
        if self.request is not None and name:
            self.refusal = signing_in.take(self.request, name)
            if self.refusal:
                raise ValidationError(str(self.refusal))
        return super().clean()


class PasswordLinkForm(forms.Form):
    email = forms.EmailField(
        label="Mail address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class InviteForm(UserForm):
    role = forms.ChoiceField(choices=ROLES, initial=roles.AUTHOR)

    class Meta:
        model = User
        fields = ("username", "email")
        labels = {"email": "Mail address"}
        help_texts = {
            "username": "Letters, digits and @ . + - _",
            "email": "Where the invitation goes, and a link for a forgotten password.",
        }

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError("Somebody has this name already.")
        return name

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if email and User.objects.filter(email__iexact=email).exists():
            raise ValidationError("Somebody has this address already.")
        return email


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=ROLES)


class TokenForm(forms.Form):
    name = forms.CharField(label="What it is for", max_length=80, help_text="For instance: CI of the web shop")
    scopes = forms.MultipleChoiceField(
        label="What it may do", choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(label="How long it is valid", choices=LIFETIMES, coerce=int, initial=90)

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(scope.value, scope.label) for scope in allowed_scopes(owner)]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if not name.isprintable():
            raise ValidationError("Use letters, digits and marks that can be seen.")
        return name

    @property
    def expires_at(self) -> dt.datetime | None:
        days = self.cleaned_data["days"]
        return timezone.now() + dt.timedelta(days=days) if days else None


def allowed_scopes(owner: User) -> list[Scope]:
    """A token may not do what its owner may not."""
    needed = {Scope.METRICS: owner.is_superuser, Scope.CURATE: owner.has_perm(reviewing.PUBLISH)}
    return [scope for scope in Scope if needed.get(scope, True)]
