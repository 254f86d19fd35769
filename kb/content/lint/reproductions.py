"""Scripts that say what they need, and records that belong to the scripts beside them."""

from __future__ import annotations

from collections.abc import Iterator

from kb.content.document import Reproduction, ReproductionOutcome
from kb.content.files import REPRODUCED_FILE
from kb.content.lint.corpus import Corpus, Subject
from kb.content.problems import Finding
from kb.content.scripts import FIXED_FILE, REPRODUCE_FILE


def script_without_its_needs(page: Subject, corpus: Corpus) -> Iterator[Finding]:
    """KB060: without its needs a script fails where a tool is missing, and is another one with other packages."""
    if page.scripts and not page.scripts.needs:
        message = "does not say which tools it needs; add a line like `# needs: git openssl` at the top"
        yield Finding("KB060", message, file=REPRODUCE_FILE, line=1)
    for script, file in zip(page.scripts or (), (REPRODUCE_FILE, FIXED_FILE), strict=False):
        if script.loose_packages:
            message = f"gives no exact version for {', '.join(script.loose_packages)}; write it as webpack@5.103.0"
            yield Finding("KB060", message, file=file, line=1)
    if not page.scripts and FIXED_FILE in (page.files or {}):
        message = f"has no {REPRODUCE_FILE} beside it; write that first, or remove the file"
        yield Finding("KB060", message, file=FIXED_FILE, line=1)


def record_of_other_scripts(page: Subject, corpus: Corpus) -> Iterator[Finding]:
    """KB061: a record proves what ran, not what stands here now."""
    if page.folder.reproduction and page.files is not None:
        for reason in _reasons_for_another_run(page, page.folder.reproduction, corpus):
            message = f"{reason}; run `manage.py reproduce --record {page.slug}`"
            yield Finding("KB061", message, file=REPRODUCED_FILE, line=1)


def _reasons_for_another_run(page: Subject, record: Reproduction, corpus: Corpus) -> Iterator[str]:
    if page.scripts is None:
        yield f"no {REPRODUCE_FILE} stands beside the record of its run; add it"
    if record.is_stale:
        yield "the scripts have changed since this run"
    if record.outcome is not ReproductionOutcome.REPRODUCED:
        yield "the error was not reproduced in this run; mend the script"
    if record.date > corpus.today:
        yield f"{record.date} is in the future"
