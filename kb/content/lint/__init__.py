"""Every rule that a page is held to, each a small function named by what is wrong, each with a code that stays.

Level `site` is what a team's own pages must keep: proved, silent on healthy logs, without undeclared overlap, with
evidence. Level `shipped` is all of it. `docs/page-format.md` explains each code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum

from kb.content.lint import completeness, reproductions, risk, signatures, wording
from kb.content.lint.corpus import Corpus, Ground, Subject
from kb.content.problems import Finding, Problem

Rule = Callable[[Subject, Corpus], Iterator[Finding]]


class Level(StrEnum):
    """How much is asked of a page."""

    SITE = "site"
    SHIPPED = "shipped"


SITE_RULES: tuple[Callable[[Subject, Ground], Iterator[Finding]], ...] = (
    signatures.cannot_work,
    signatures.fires_on_healthy_logs,
    signatures.hit_finds_another_page,
    signatures.near_finds_the_page,
    signatures.undeclared_duplicate,
    signatures.shared_without_owner,
    completeness.unproved,
    completeness.unwritten,
    completeness.versions_out_of_order,
    completeness.cause_without_evidence,
)
SHIPPED_RULES: tuple[Rule, ...] = (
    *SITE_RULES,
    signatures.blank_that_nothing_fills,
    completeness.not_canonical,
    completeness.too_few_samples,
    completeness.cause_without_confirm,
    completeness.fix_without_verify,
    completeness.too_few_sources,
    completeness.unused_source,
    completeness.impossible_dates,
    completeness.missing_section,
    completeness.step_that_nothing_leads_to,
    wording.filler,
    wording.common_sentence,
    wording.question_repeats_title,
    wording.dead_link,
    risk.hides_the_problem,
    risk.hides_before_others,
    reproductions.script_without_its_needs,
    reproductions.record_of_other_scripts,
)
_RULES = {Level.SITE: SITE_RULES, Level.SHIPPED: SHIPPED_RULES}


def proof(page: Subject, ground: Ground) -> Iterator[Finding]:
    """What level `site` asks, of a page that need not stand among files."""
    for rule in SITE_RULES:
        yield from rule(page, ground)


def lint(page: Subject, corpus: Corpus, level: Level) -> list[Problem]:
    """Every problem of one page among the others, sorted."""
    return sorted({page.problem(finding) for rule in _RULES[level] for finding in rule(page, corpus)})
