"""Serve a throw-away site that has a minimal page for every entry of a catalogue, to measure the matcher on all of it.

    .venv/bin/python -m bench.catalogue_site --catalogue DIR [--distractors 20000] [--with-pages] [--port 8100]

A page is made of an entry's title, its texts as signatures and its fact as summary. A text that two entries have
belongs to one of them, the other declares it `shared`. Ctrl-C stops the site and deletes its data.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

if not __package__:  # run by its path: the project lies one folder up
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.catalogue import BadCatalogueError, Made, pages_of, printed, read_catalogue, tools_of
from bench.distractors import TOOL, Distractors, distractors
from bench.messages import MESSAGES
from bench.site import ROOT, SiteFailedError, serving, stop_in_order_when_terminated
from kb.content.document import PageFolder
from kb.content.files import read_tree
from kb.content.problems import ProblemsFound
from kb.content.tools import Tool, read_tools

PAGES = ROOT / "fixtures" / "pages"
TOOLS = ROOT / "fixtures" / "tools.yaml"
CASES = ROOT / "bench" / "scorecard" / "cases.jsonl"
CLEAN = ROOT / "fixtures" / "clean"


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    stop_in_order_when_terminated()
    try:
        _serve(options)
    except (BadCatalogueError, ProblemsFound, SiteFailedError, OSError) as problem:
        sys.exit(f"catalogue_site: {problem}")
    except KeyboardInterrupt:
        print("stop         the site has ended, its data are deleted", flush=True)


def _serve(options: argparse.Namespace) -> None:
    entries = read_catalogue(options.catalogue)
    tools = tools_of(entries, read_tools(TOOLS))
    made = pages_of(entries, read_tree(PAGES) if options.with_pages else ())
    _say("catalogue", f"{len(entries)} entries: {len(made.pages)} pages, {made.shared} texts of other pages")
    for refused in made.refused:
        _say("refused", refused)
    bulk = _distractors(options, made, tools) if options.distractors else ()
    with serving(made.pages, [*tools, TOOL] if bulk else tools, bulk=bulk, port=options.port) as site:
        _say("ready", f"{len(made.pages) + len(bulk):,} pages at {site.address}")
        site.wait()


def _distractors(options: argparse.Namespace, made: Made, tools: Iterable[Tool]) -> tuple[PageFolder, ...]:
    began = time.monotonic()
    found = distractors(
        options.distractors,
        options.messages,
        {page.tool for page in made.pages} or {tool.slug for tool in tools},
        measured_texts(options.cases, options.clean),
        owned={printed(text) for text in _texts(made.pages)},
    )
    _say("distractors", f"{found}, {time.monotonic() - began:.1f} s")
    _warn_of_too_few(found, options.distractors)
    return found.pages


def _warn_of_too_few(found: Distractors, wanted: int) -> None:
    if len(found.pages) < wanted:
        _say(
            "distractors",
            f"{wanted - len(found.pages):,} are missing: there are no more messages here. Unpack Debian packages with"
            " many of them, for instance gimp-data and subversion (`apt-get download`, `dpkg-deb -x`), and name the"
            " folders with --messages, beside " + str(MESSAGES),
        )


def _texts(pages: Iterable[PageFolder]) -> Iterator[str]:
    return (signature.text for page in pages for signature in page.doc.signatures if signature.text)


def measured_texts(cases: Iterable[Path], clean: Iterable[Path]) -> Iterator[str]:
    """The texts of these case files, and of the logs in these folders."""
    for path in cases:
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["text"]
    for folder in clean:
        for path in sorted(folder.iterdir()):
            if path.name.endswith((".log", ".log.gz")):
                yield read_log(path).decode(errors="replace")


def read_log(path: Path) -> bytes:
    """The log in a file, unpacked."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def _say(stage: str, text: str) -> None:
    print(f"{stage:<12} {text}", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="catalogue_site", description="Serve a throw-away site with a page for every entry of a catalogue."
    )
    add = parser.add_argument
    add("--catalogue", type=Path, metavar="DIR", nargs="+", required=True, help="folders of .jsonl files")
    add("--with-pages", action="store_true", help="the real pages in place of the minimal ones")
    add("--distractors", type=int, default=0, metavar="N", help="add pages of other programs' messages")
    add("--messages", type=Path, metavar="DIR", nargs="+", default=[MESSAGES], help="gettext catalogues for them")
    add("--cases", type=Path, metavar="FILE", nargs="+", default=[CASES], help="no distractor is in their texts")
    add("--clean", type=Path, metavar="DIR", nargs="+", default=[CLEAN], help="nor in the logs of these folders")
    add("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    return parser


if __name__ == "__main__":
    main()
