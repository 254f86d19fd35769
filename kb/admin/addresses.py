"""Every address of the desk, and its navigation."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern, path

from kb.admin import accounts, feedback, unknowns
from kb.admin.desk import Place, only

PLACES: Sequence[Place] = (
    Place("Unknown errors", "desk-unknowns", "kb.view_unknownerror"),
    Place("Readers", "desk-readers", "kb.change_feedback"),
    Place("People", "desk-people", "kb.change_user"),
    Place("Audit", "admin_logentry_changelist", "admin.view_logentry"),
)
"""In the order in which they are shown."""


def addresses() -> list[URLPattern]:
    """`path("desk/…", only("kb.permission", view), name="desk-…")`, each."""
    return [
        path("desk/unknowns/", only("kb.view_unknownerror", unknowns.queue), name="desk-unknowns"),
        path("desk/unknowns/<int:pk>/", only("kb.change_unknownerror", unknowns.one), name="desk-unknown"),
        path("desk/readers/", only("kb.change_feedback", feedback.queue), name="desk-readers"),
        path("desk/people/", only("kb.change_user", accounts.people), name="desk-people"),
        path("desk/people/<int:pk>/", only("kb.change_user", accounts.person), name="desk-person"),
        # What follows is for every account, and the first of it for those who are not in yet.
        path("login/", accounts.log_in, name="login"),
        path("logout/", accounts.log_out, name="logout"),
        path("password/forgotten/", accounts.forgotten_password, name="password-forgotten"),
        path("password/set/<uidb64>/<token>/", accounts.set_password, name="password-set"),
        path("password_change/", accounts.change_password, name="password_change"),
        path("desk/tokens/", accounts.own_tokens, name="desk-tokens"),
        path("desk/tokens/<int:pk>/revoke/", accounts.revoke_token, name="desk-token-revoke"),
    ]
