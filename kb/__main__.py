"""The command line without Django: `python -m kb FILE --pages fixtures/pages`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kb.answers import AnswerDoc, PageFacts, document, for_program, for_terminal
from kb.content.document import PageFolder
from kb.content.entries import entry_of
from kb.content.files import examine_tree
from kb.content.problems import Problem, ProblemsFound
from kb.content.tools import read_tools
from kb.matching.engine import search
from kb.matching.index import build
from kb.matching.invisible import named_on_terminal

FOUND, NOTHING_KNOWN, ERROR = 0, 1, 2
PAGES = Path(__file__).resolve().parent.parent / "fixtures" / "pages"


def main(arguments: list[str] | None = None) -> int:
    """Print the answer to a file or to standard input. Exit status 0 found, 1 nothing known, 2 error."""
    options = _parser().parse_args(arguments)
    try:
        data = sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
        answer = answer_from_files(data, options.pages)
    except OSError as problem:
        return _refuse(f"{problem.filename}: {problem.strerror}")
    except ProblemsFound as problem:
        return _refuse(str(problem))
    print_answer(answer, as_json=options.json)
    return FOUND if answer.matches else NOTHING_KNOWN


def answer_from_files(data: bytes, pages: Path) -> AnswerDoc:
    """The answer to a text from a tree of page folders."""
    tree = examine_tree(pages)
    if not tree.folders:
        raise ProblemsFound(tree.problems or [Problem(str(pages), 1, "KB011", "holds no page folders <tool>/<slug>/")])
    if tree.problems:  # the pages that can be read still answer
        first = named_on_terminal(str(tree.problems[0]))
        print(f"kb: {len(tree.problems)} problems in page files, the first: {first}", file=sys.stderr)
    index = build(entry_of(folder) for folder in tree.folders)
    names = {tool.slug: tool.name for tool in read_tools(pages.parent / "tools.yaml")}
    facts = {folder.full_slug: _facts(folder, names.get(folder.tool, folder.tool)) for folder in tree.folders}
    return document(search(data, index), facts, index)


def print_answer(answer: AnswerDoc, *, as_json: bool) -> None:
    if as_json:
        print(for_program(answer, indent=2))
    else:
        print(for_terminal(answer, colour=sys.stdout.isatty()), end="")


def _facts(folder: PageFolder, tool: str) -> PageFacts:
    fix = folder.doc.quick_fix
    return PageFacts(
        slug=folder.full_slug,
        title=folder.doc.title,
        tool=tool,
        url=f"/errors/{folder.full_slug}/",
        fix_text=fix.text if fix else "",
        fix_command=fix.command if fix else "",
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m kb", description="Match an error or a log to its page.")
    parser.add_argument("file", help="a file, or - for standard input")
    parser.add_argument("--pages", type=Path, default=PAGES, help="the folder of page folders (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print the same JSON as the API")
    return parser


def _refuse(problem: str) -> int:
    print(named_on_terminal(f"kb: {problem}"), file=sys.stderr)
    return ERROR


if __name__ == "__main__":
    sys.exit(main())
