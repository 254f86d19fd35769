"""Every address of the desk, and its navigation."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import URLPattern, path

from kb.admin import accounts, blast, dashboard, drafts, editing, evidence, exchange, feedback, lab, samples, unknowns
from kb.admin.desk import Place, only

SEE, WRITE = "kb.view_revision", "kb.add_revision"

PLACES: Sequence[Place] = (
    Place("Drafts", "desk-drafts", SEE),
    Place("Lab", "desk-lab", WRITE),
    Place("Unknown errors", "desk-unknowns", "kb.view_unknownerror"),
    Place("Readers", "desk-readers", "kb.change_feedback"),
    Place("Evidence", "desk-evidence", "kb.view_evidence"),
    Place("Due", "desk-due", "kb.view_evidence"),
    Place("Exchange", "desk-exchange", "kb.view_page"),
    Place("People", "desk-people", "kb.change_user"),
    Place("Audit", "admin_logentry_changelist", "admin.view_logentry"),
)
"""In the order in which they are shown."""


def addresses() -> list[URLPattern]:
    """`path("desk/…", only("kb.permission", view), name="desk-…")`, each."""
    return [
        path("desk/unknowns/", only("kb.view_unknownerror", unknowns.queue), name="desk-unknowns"),
        path("desk/unknowns/<int:pk>/", only("kb.change_unknownerror", unknowns.one), name="desk-unknown"),
        path("desk/exchange/", only("kb.view_page", exchange.exchange), name="desk-exchange"),
        path("desk/exchange/import", only(exchange.MAY_IMPORT, exchange.bring_in), name="desk-import"),
        path("desk/exchange/export", only("kb.view_page", exchange.export), name="desk-export"),
        path("desk/silent/", only("kb.view_page", dashboard.silent), name="desk-silent"),
        path("desk/readers/", only("kb.change_feedback", feedback.queue), name="desk-readers"),
        path(
            "desk/pages/<slug:tool>/<slug:slug>/readers",
            only("kb.change_feedback", feedback.of_page),
            name="desk-page-readers",
        ),
        path("desk/drafts/", only(SEE, drafts.queue), name="desk-drafts"),
        path("desk/drafts/<int:pk>/", only(WRITE, editing.edit), name="desk-draft"),
        path("desk/drafts/<int:pk>/preview", only(SEE, editing.preview), name="desk-draft-preview"),
        path("desk/drafts/<int:pk>/review", only(SEE, editing.review), name="desk-draft-review"),
        path("desk/drafts/<int:pk>/rebase", only(WRITE, editing.rebase), name="desk-draft-rebase"),
        path("desk/drafts/<int:pk>/compare", only(SEE, drafts.compare_draft), name="desk-draft-compare"),
        path("desk/drafts/<int:pk>/blast", only(WRITE, blast.show_blast), name="desk-blast"),
        path("desk/lab/", only(WRITE, lab.lab), name="desk-lab"),
        path("desk/lab/signature/", only(WRITE, lab.signature), name="desk-lab-signature"),
        path("desk/pages/new", only(WRITE, drafts.new_page), name="desk-new-page"),
        path("desk/pages/<slug:tool>/<slug:slug>/", only(SEE, drafts.page), name="desk-page"),
        path("desk/pages/<slug:tool>/<slug:slug>/begin", only(WRITE, drafts.begin), name="desk-begin"),
        path("desk/pages/<slug:tool>/<slug:slug>/compare", only(SEE, drafts.compare), name="desk-page-compare"),
        path("desk/pages/<slug:tool>/<slug:slug>/samples/new", only(WRITE, samples.new), name="desk-new-sample"),
        path("desk/pages/<slug:tool>/<slug:slug>/addresses", only(WRITE, samples.aliases), name="desk-aliases"),
        path("desk/samples/<int:pk>/", only(WRITE, samples.change), name="desk-sample"),
        path("desk/evidence/", only("kb.view_evidence", evidence.listed), name="desk-evidence"),
        path("desk/evidence/<int:pk>/", only("kb.change_evidence", evidence.edit), name="desk-evidence-edit"),
        path("desk/sources/<int:pk>/", only("kb.view_source", evidence.source), name="desk-source"),
        path("desk/due/", only("kb.view_evidence", evidence.due), name="desk-due"),
        path(
            "desk/pages/<slug:tool>/<slug:slug>/evidence",
            only("kb.view_evidence", evidence.page),
            name="desk-page-evidence",
        ),
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
