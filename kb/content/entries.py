"""From a page to what the engine knows of it."""

from __future__ import annotations

from kb.content.document import PageDoc, PageFolder, Signature
from kb.matching import records


def entry_of(folder: PageFolder) -> records.Entry:
    """The page as an entry of the index."""
    doc = folder.doc
    return records.Entry(
        slug=folder.full_slug,
        title=doc.title,
        role=records.Role(doc.role.value),
        signatures=tuple(signature_of(signature) for signature in doc.signatures),
        summary=doc.summary,
        words=_words(doc),
        leads_to=doc.leads_to,
        look_alikes=tuple(records.LookAlike(related.page, related.tell) for related in doc.related),
    )


def signature_of(signature: Signature) -> records.Signature:
    """The signature without what only readers need."""
    return records.Signature(
        key=signature.key,
        text=signature.text,
        regex=signature.regex,
        shared=signature.shared,
        with_=signature.with_,
    )


def _words(doc: PageDoc) -> str:
    """What people may ask with, beside title and summary: causes, fixes, questions, and where the error happens."""
    applies_to = doc.applies_to
    return "\n".join(
        [
            *(cause.title for cause in doc.causes),
            *(fix.title for fix in doc.fixes),
            *(faq.question for faq in doc.faq),
            *(avoid.what for avoid in doc.avoid),
            *(word for word in (applies_to.versions, *applies_to.systems, *applies_to.platforms) if word),
        ]
    )
