"""Things that tests talk about, each ready made and named as the state it is in.

Documents are values: `a_doc(title="…")` changes what matters and leaves the rest plausible. Rows are made through the
services, so that they are in the state that the site itself would have put them in.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import Group

from kb.content import document as doc
from kb.content.tools import Tool as ToolEntry
from kb.models import Evidence, EvidenceState, Page, Reproduction, Revision, Sample, Source, SourceState, Tool, User
from kb.models.reproduction import Outcome
from kb.services import drafting, evidence, page_files, publishing, roles

TODAY = dt.date(2026, 11, 20)
MANUAL = "https://docs.example.invalid/manual"
ISSUE = "https://forge.example.invalid/issues/1"


# --- documents --------------------------------------------------------------------------------------------------------


def a_source(address: str = MANUAL, **changes: Any) -> doc.Source:
    return doc.Source(
        **{
            "address": address,
            "kind": doc.SourceKind.DOCS,
            "title": "The manual",
            "publisher": "The makers",
            "seen_on": TODAY,
            **changes,
        }
    )


def some_evidence(supports: str = "wrong-key", source: str = MANUAL, **changes: Any) -> doc.Evidence:
    return doc.Evidence(**{"source": source, "supports": supports, "note": "The manual says so.", **changes})


def a_signature(text: str, key: str = "said") -> doc.Signature:
    return doc.Signature(key=key, text=text)


def a_doc(**changes: Any) -> doc.PageDoc:
    """A small sound page: one signature, one cause with evidence, one fix, a hit and a near miss."""
    return doc.PageDoc(
        **{
            "title": "Permission denied (publickey)",
            "summary": "The server refused every key. Offer the right one.",
            "created": TODAY,
            "updated": TODAY,
            "signatures": (doc.Signature(key="denied", text="<name>@<host>: Permission denied (publickey)."),),
            "samples": (
                doc.SampleNote(file="hit-clone.log", origin=doc.Origin.PRODUCED, note="OpenSSH 9.2 on Debian 12"),
                doc.SampleNote(file="near-password.log", origin=doc.Origin.COMPOSED, note="after the manual"),
            ),
            "causes": (doc.Cause(key="wrong-key", title="The server does not know the key"),),
            "fixes": (doc.Fix(key="add-key", title="Add the key", for_=("wrong-key",), body="Run `ssh-add`."),),
            "sources": (a_source(),),
            "evidence": (some_evidence(),),
            **changes,
        }
    )


def a_full_doc(**changes: Any) -> doc.PageDoc:
    """A page on which every field is filled, with texts that are easily damaged."""
    probe = doc.Probe(run="ssh -v git@example.invalid", expect="Offering public key:\n  none")
    return a_doc(
        **{
            "role": doc.Role.SYMPTOM,
            "applies_to": doc.AppliesTo(versions="3.10 and later", systems=("Linux", "no"), platforms=("GitLab CI",)),
            "fixed_in": "3.10",
            "changes": (doc.Change(date=TODAY, text="First version: 'quoted', #not a comment"),),
            "aliases": ("ssh/old-name", "scp/permission-denied"),
            "signatures": (
                doc.Signature(
                    key="denied", text="<name>@<host>: Permission denied (publickey).", versions="7+", prints="OpenSSH"
                ),
                doc.Signature(
                    key="by-pattern", regex=r"denied \(\w+\)", shared="ssh/owner", with_=("  indented", "beside it")
                ),
            ),
            "quick_fix": doc.QuickFix(
                text="Offer the key.", command="ssh-add {{ path }}\nssh -T {{ name }}@{{ host }}"
            ),
            "meaning": "The server said no.\n\nIt names the methods that it would take.",
            "why": "No key matched.",
            "causes": (
                doc.Cause(
                    key="wrong-key", title="The server does not know the key", detail="A *new* one.", confirm=probe
                ),
                doc.Cause(key="no-agent", title="No agent runs"),
            ),
            "fixes": (
                doc.Fix(
                    key="add-key",
                    title="Add the key",
                    for_=("wrong-key", "no-agent"),
                    platform="GitLab CI",
                    versions="9+",
                    risk=doc.Risk.CAREFUL,
                    body="Run:\n\n```sh\nssh-add\n```",
                    verify=probe,
                    long="# A long script\n\n```sh\nset -eu\n```",
                ),
            ),
            "steps": (
                doc.Step(
                    key="look",
                    title="Look what is offered",
                    text="Count the keys.",
                    run="ssh-add -l",
                    outcomes=(
                        doc.Outcome(when="none", go="no-agent", note="the agent is empty"),
                        doc.Outcome(when="some", go="add-key"),
                    ),
                ),
            ),
            "checks": (
                doc.PlatformCheck(key="on-gitlab", platform="GitLab CI", text="Look.", run="env", expect="KEY="),
            ),
            "avoid": (doc.Avoid(key="no-chmod", what="chmod 777 ~/.ssh", why="The client then refuses the key."),),
            "prevention": "Rotate keys before they expire.",
            "background": "| a | b |\n| - | - |\n| 1 | 2 |",
            "faq": (doc.Faq(key="why-now", question="Why now?", answer="The key expired."),),
            "sources": (
                a_source(published=dt.date(2026, 1, 2)),
                a_source(ISSUE, kind=doc.SourceKind.ISSUE, title="It fails", publisher="A forge"),
            ),
            "evidence": (
                some_evidence("wrong-key", note="Says so:\nliterally.", author="Ada", date=TODAY),
                some_evidence("no-agent", ISSUE),
                some_evidence("page", ISSUE, state=doc.EvidenceState.PROPOSED),
            ),
            "related": (doc.Related(page="ssh/other", tell="Connection closed by remote host"),),
            "leads_to": ("ssh/consequence",),
            **changes,
        }
    )


def a_folder(full_slug: str = "ssh/permission-denied-publickey", /, **changes: Any) -> doc.PageFolder:
    """A page with its samples; `changes` are changes of the document."""
    return folder_of(full_slug, a_doc(**changes))


def a_reproduced_folder(
    full_slug: str = "ssh/permission-denied-publickey", /, *, is_stale: bool = False, **changes: Any
) -> doc.PageFolder:
    """A page with the record of a run in which its error was printed and its fix worked."""
    record = doc.Reproduction(
        script_digest="5c" * 32,
        date=TODAY,
        system="Debian GNU/Linux 12 (bookworm)",
        versions=(doc.ToolVersion(tool="git", version="2.39.5"), doc.ToolVersion(tool="ssh", version="9.2p1")),
        isolation=doc.Isolation.NAMESPACE,
        outcome=doc.ReproductionOutcome.REPRODUCED,
        first_match=full_slug,
        fix=doc.FixProof.VERIFIED,
        transcript="$ git clone\r\ngit@example.invalid: Permission denied (publickey).\n\n",
        is_stale=is_stale,
    )
    return a_folder(full_slug, **changes).model_copy(update={"reproduction": record})


def folder_of(full_slug: str, content: doc.PageDoc) -> doc.PageFolder:
    """This document at this address, with a text for each sample it notes."""
    tool, _, slug = full_slug.partition("/")
    texts = {
        "hit": "git@example.invalid: Permission denied (publickey).\r\n\n",
        "near": "Permission denied (password).",
    }
    samples = tuple(doc.Sample(file=note.file, text=texts[note.file.partition("-")[0]]) for note in content.samples)
    return doc.PageFolder(tool=tool, slug=slug, doc=content, samples=tuple(sorted(samples, key=lambda it: it.file)))


# --- rows -------------------------------------------------------------------------------------------------------------


def a_user(username: str = "ada") -> User:
    """The person with this name, who comes at first mention."""
    return User.objects.filter(username=username).first() or User.objects.create_user(username)


def a_curator(username: str = "ada", role: str = roles.AUTHOR) -> User:
    """Somebody with an account on the desk, in this role."""
    user = User.objects.create_user(username, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def a_tool(slug: str = "ssh", name: str = "", category: str = "Network") -> Tool:
    """The tool with this slug, made at first mention."""
    told = {"name": name or slug.replace("-", " ").title(), "category": category}
    return Tool.objects.get_or_create(slug=slug, defaults=told)[0]


def a_tool_entry(slug: str = "ssh", **changes: Any) -> ToolEntry:
    return ToolEntry(**{"slug": slug, "name": "SSH", "category": "Network", **changes})


def an_empty_page(full_slug: str = "ssh/permission-denied-publickey") -> Page:
    """A page that says nothing yet."""
    tool, _, slug = full_slug.partition("/")
    return Page.objects.create(tool=a_tool(tool), slug=slug)


def a_page_with_samples(full_slug: str = "ssh/permission-denied-publickey") -> Page:
    """A page that says nothing yet, with a hit and a near miss that what `a_doc` says is proved by."""
    page, folder = an_empty_page(full_slug), a_folder(full_slug)
    for sample, noted in zip(folder.samples, folder.doc.samples, strict=True):
        row = Sample.of(sample, noted)
        row.page = page
        row.save()
    return page


def a_published_page(full_slug: str = "ssh/permission-denied-publickey", /, **changes: Any) -> Page:
    """A public page, loaded from files; `changes` are changes of the document."""
    return a_loaded_page(a_folder(full_slug, **changes))


def a_loaded_page(folder: doc.PageFolder) -> Page:
    """The page that this folder becomes."""
    a_tool(folder.tool)
    page_files.load([folder])
    return Page.objects.select_related("live_revision").at(folder.full_slug).get()


def a_draft(page: Page, author: User | None = None, **changes: Any) -> Revision:
    """A draft that says what the page says, but for these changes of the document."""
    says = drafting.content_of(page.live_revision) if page.live_revision else a_doc()
    return drafting.write_draft(page, author, says.model_copy(update=changes))


def publish_edit(page: Page, **changes: Any) -> None:
    """Publish these changes of the page's document; what tests say of it need not be proved by its samples."""
    publishing.publish_from_files(a_draft(page, **changes))
    page.refresh_from_db()


def an_edited_page(full_slug: str = "ssh/permission-denied-publickey", /, **changes: Any) -> Page:
    """A public page whose live text a curator wrote, not the files."""
    page = a_published_page(full_slug)
    publish_edit(page, **(changes or {"title": "What the curator says"}))
    return page


def a_reproduction(page: Page, outcome: Outcome = Outcome.REPRODUCED, **changes: Any) -> Reproduction:
    told = {"script_digest": "0" * 64, "versions": {"git": "2.39.5"}, "system": "Debian 12", "date": TODAY}
    return Reproduction.objects.create(page=page, outcome=outcome, **{**told, **changes})


def withdraw(item: Evidence, reason: str = "It says nothing of the kind.") -> None:
    evidence.decide(item, EvidenceState.WITHDRAWN, a_user("grace"), reason)


def make_dead(address: str = MANUAL, state: SourceState = SourceState.GONE) -> Source:
    """The source at this address as a check finds it that gets no answer any more, or another text."""
    Source.objects.filter(address=address).update(state=state, checked_on=TODAY)
    return Source.objects.get(address=address)
