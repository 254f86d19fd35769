"""Sentences that say nothing, sentences that stand everywhere, links that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.content.document import PageDoc
from kb.content.lint.corpus import Corpus, Subject, long_sentences
from kb.content.problems import Finding, Where
from kb.content.prose import links, passages, without_code, words
from kb.content.references import KEYED_FIELDS, keyed_places

PAGES_WITH_ONE_SENTENCE = 3

_FILLER = re.compile(
    r"""\b(?:
      confirm\ (?:that\ )?the\ exact\ error | apply\ one\ change\ at\ a\ time | try\ again\ later
    | check\ your\ (?:configuration|settings|code)
    | double[-\ ]check\ (?:your|that|the) | make\ sure\ (?:that\ )?everything
    | please\ (?:note|be\ aware|make\ sure) | properly\ configured | something\ went\ wrong
    | it\ is\ (?:important|worth|essential)\ (?:to\ note|noting|to\ remember|to\ understand)
    | as\ (?:mentioned|noted)\ (?:above|before|earlier) | in\ this\ (?:article|guide|tutorial)
    | for\ (?:various|many|several)\ reasons
    | there\ are\ (?:many|several|various|a\ number\ of)\ (?:possible\ )?(?:reasons|causes|ways)
    | contact\ (?:your|the)\ (?:system\ )?administrator | consult\ the\ (?:official\ )?documentation
    | if\ the\ (?:problem|issue|error)\ persists | follow(?:ing)?\ best\ practices
    | this\ (?:error|issue|problem)\ can\ be\ (?:frustrating|confusing|annoying)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ASKING = frozenset(
    words(
        """
        a an and are can cause causes caused do does error errors fix fixed for get getting happen happens how i in is
        it mean means message my occur of on resolve say should solve the this to what when why with you your
        """
    )
)
_PAGE_LINK = re.compile(r"/errors/(?P<slug>[^/#?]+/[^/#?]+)/(?:#.*)?")
_OUTSIDE = re.compile(r"https?://|mailto:")


def filler(page: Subject, corpus: Corpus) -> Iterator[Finding]:
    """KB040: advice that would be right on any page."""
    for where, text in passages(page.doc):
        for found in _FILLER.finditer(without_code(text)):
            message = f"'{found[0]}' would be right on any page; say what to look at here, or leave it out"
            yield Finding("KB040", message, where)


def common_sentence(page: Subject, corpus: Corpus) -> Iterator[Finding]:
    """KB041: a sentence of eight words or more that stands on three pages or more."""
    for where, sentence in long_sentences(page.doc):
        slugs = corpus.pages_of_sentence.get(sentence, frozenset()) | {page.slug}
        if len(slugs) >= PAGES_WITH_ONE_SENTENCE:
            shown = " ".join(sentence.split()[:8])
            others = ", ".join(sorted(slugs - {page.slug})[:3])
            message = f"'{shown} …' stands on {len(slugs)} pages ({others}); say what is special here"
            yield Finding("KB041", message, where)


def question_repeats_title(page: Subject, corpus: Corpus) -> Iterator[Finding]:
    """KB042: a question that only asks for the page again."""
    title = set(words(page.doc.title)) - _ASKING
    for number, faq in enumerate(page.doc.faq):
        asked = set(words(faq.question)) - _ASKING
        if asked <= title and 2 * len(asked) >= len(title):
            message = "asks only what the page is about; ask what people still ask after reading it"
            yield Finding("KB042", message, ("faq", number, "question"))


def dead_link(page: Subject, corpus: Corpus) -> Iterator[Finding]:
    """KB043: a link within the site that leads nowhere."""
    anchors = _anchors(page.doc)
    for where, text in passages(page.doc):
        for target in links(text):
            if reason := _why_dead(target, anchors, corpus):
                yield Finding("KB043", f"the link to {target} {reason}", where)


def _why_dead(target: str, anchors: set[str], corpus: Corpus) -> str:
    if target.startswith("#"):
        return "" if target[1:] in anchors else "leads to no part of this page; write #fix-<key> or #cause-<key>"
    if _OUTSIDE.match(target):
        return ""
    found = _PAGE_LINK.fullmatch(target)
    if not found:
        return "is not of this site; write /errors/<tool>/<slug>/, or an address with https://"
    return "" if found["slug"] in corpus.slugs else "leads to no page; write that page first, or remove the link"


def _anchors(doc: PageDoc) -> set[str]:
    kinds = {field: field.removesuffix("s") if field != "fixes" else "fix" for field in KEYED_FIELDS}
    return set(type(doc).model_fields) | {f"{kinds[_field(where)]}-{part.key}" for where, part in keyed_places(doc)}


def _field(where: Where) -> str:
    return str(where[0])
