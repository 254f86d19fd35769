"""Page folders on disk: read one or a whole tree, and write them back byte for byte.

Reading is all or nothing: either every page is sound, or `ProblemsFound` carries every problem of every file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kb.content.document import KEY, SAMPLE_FILE, PageDoc, PageFolder, Reproduction, Sample
from kb.content.problems import PAGE_FILE, Finding, Problem, ProblemsFound, Where, nearest_line
from kb.content.references import findings_between_pages, findings_on_the_page
from kb.content.scripts import FIXED_FILE, REPRODUCE_FILE, Scripts
from kb.content.validating import validate
from kb.content.yaml_reading import MAX_BYTES, Tree, YamlReading, comment_findings, read_yaml
from kb.content.yaml_writing import write_yaml

REPRODUCED_FILE = "reproduced.yaml"
TRANSCRIPT_FILE = "reproduced.log"
REPRODUCTION_FILES = frozenset({REPRODUCE_FILE, FIXED_FILE, REPRODUCED_FILE, TRANSCRIPT_FILE})
MAX_SAMPLE_BYTES = 1024 * 1024
MAX_FILES = 200

_FIX_FILE = re.compile(r"fix-(?P<key>.+)\.md")
_KEY = re.compile(KEY)
_SAMPLE_FILE = re.compile(SAMPLE_FILE)


@dataclass(frozen=True)
class FolderReading:
    """What a folder holds, and what is wrong with it; `folder` is None where the page cannot be used."""

    path: str
    files: Mapping[str, bytes]
    folder: PageFolder | None
    lines: Mapping[Where, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(finding.in_folder(self.path, self.lines) for finding in self.findings)

    @property
    def scripts(self) -> Scripts | None:
        """The scripts that make the error happen and show the fix, where there are any."""
        return Scripts.among(self.files)


@dataclass(frozen=True)
class TreeReading:
    """Every folder of a tree, and every problem in it."""

    readings: tuple[FolderReading, ...]
    problems: tuple[Problem, ...]

    @property
    def folders(self) -> tuple[PageFolder, ...]:
        return tuple(reading.folder for reading in self.readings if reading.folder)


# --- reading ----------------------------------------------------------------------------------------------------------


def read_folder(path: Path) -> PageFolder:
    """The page of one folder `<tool>/<slug>`; references to other pages are not looked up."""
    reading = examine_folder(path)
    if reading.folder is None or reading.findings:
        raise ProblemsFound(reading.problems)
    return reading.folder


def read_tree(root: Path, known_elsewhere: Collection[str] = ()) -> tuple[PageFolder, ...]:
    """Every page under `<root>/<tool>/<slug>`, sorted; `known_elsewhere` are slugs of pages that are not in files."""
    tree = examine_tree(root, known_elsewhere)
    if tree.problems:
        raise ProblemsFound(tree.problems)
    return tree.folders


def examine_tree(root: Path, known_elsewhere: Collection[str] = ()) -> TreeReading:
    """Read what can be read, and say of the rest what is wrong."""
    if not root.is_dir():
        message = "is not a folder; name the folder that holds <tool>/<slug>/page.yaml"
        return TreeReading((), (Problem(root.as_posix(), 1, "KB011", message),))
    strays = [_stray(path) for path in _strays(root)]
    readings = tuple(examine_folder(path) for path in page_paths(root))
    paths = {reading.folder.full_slug: reading for reading in readings if reading.folder}
    known = {*known_elsewhere, *(_slug_of(Path(reading.path)) for reading in readings)}
    between = [
        finding.in_folder(paths[folder.full_slug].path, paths[folder.full_slug].lines)
        for folder, finding in findings_between_pages([r.folder for r in readings if r.folder], known)
    ]
    own = [problem for reading in readings for problem in reading.problems]
    return TreeReading(readings, tuple(sorted([*strays, *own, *between])))


def page_paths(root: Path) -> list[Path]:
    """The folders of all pages under a root, sorted by slug."""
    return [page for tool in _folders_in(root) for page in _folders_in(tool)]


def examine_folder(path: Path) -> FolderReading:
    """Read the files of one folder, then the page."""
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    entries = sorted(path.iterdir())
    if len(entries) > MAX_FILES:
        message = f"holds {len(entries)} files, more than {MAX_FILES}; remove what does not belong"
        return FolderReading(path.as_posix(), {}, None, {}, (Finding("KB002", message, line=1),))
    for entry in entries:
        if entry.is_symlink() or not entry.is_file() or not _belongs(entry.name):
            findings.append(_not_belonging(entry.name))
        elif entry.stat().st_size > _limit(entry.name):
            findings.append(_too_large(entry.name))
        else:
            files[entry.name] = entry.read_bytes()
    reading = examine_files(_slug_of(path), files, path.as_posix())
    return FolderReading(path.as_posix(), files, reading.folder, reading.lines, (*findings, *reading.findings))


def examine_members(slug: str, files: Mapping[str, bytes]) -> FolderReading:
    """Read a page from all files that somebody gives as one, like those of a folder."""
    if len(files) > MAX_FILES:
        message = f"holds {len(files)} files, more than {MAX_FILES}; remove what does not belong"
        return FolderReading(slug, {}, None, {}, (Finding("KB002", message, line=1),))
    findings = [_not_belonging(name) for name in sorted(files) if not _belongs(name)]
    findings += [_too_large(name) for name in sorted(files) if _belongs(name) and len(files[name]) > _limit(name)]
    given = {name: data for name, data in files.items() if _belongs(name) and len(data) <= _limit(name)}
    reading = examine_files(slug, given)
    return FolderReading(slug, given, reading.folder, reading.lines, (*findings, *reading.findings))


def examine_files(slug: str, files: Mapping[str, bytes], path: str = "") -> FolderReading:
    """Read a page from the bytes of its files, wherever they come from."""
    tool, _, name = slug.rpartition("/")
    findings = list(_name_findings(tool, name))
    if PAGE_FILE not in files:
        findings.append(Finding("KB011", "is missing; write it, or remove the folder", line=1))
        return FolderReading(path or slug, files, None, {}, tuple(findings))
    yaml = read_yaml(files[PAGE_FILE])
    findings += yaml.findings
    doc = _document(yaml, files, findings)
    samples = _samples(files, findings)
    about_record: list[Finding] = []
    reproduction = _reproduction(files, about_record)
    folder = None
    if doc and not findings:
        folder = PageFolder(tool=tool, slug=name, doc=doc, samples=samples, reproduction=reproduction)
        findings += findings_on_the_page(folder)
    # A record that cannot be read spoils nothing of the page: it can be made anew.
    return FolderReading(path or slug, files, folder, yaml.lines, (*findings, *about_record))


def _document(yaml: YamlReading, files: Mapping[str, bytes], findings: list[Finding]) -> PageDoc | None:
    if yaml.tree is None:
        return None
    findings += _fix_files_joined(yaml, files)
    doc, wrong = validate(PageDoc, yaml.tree)
    keys = {index: str(fix.get("key")) for index, fix in _fixes(yaml.tree)}
    for finding in wrong:
        match finding.where:
            case ("fixes", int(number), "long"):
                findings.append(finding.in_code_file(keys[number]))
            case _:
                findings.append(finding)
    if doc is None or files[PAGE_FILE] != write_yaml(doc).encode():
        findings += comment_findings(files[PAGE_FILE].decode())  # slow, and canonical files have none
    return doc


def _fix_files_joined(yaml: YamlReading, files: Mapping[str, bytes]) -> Iterator[Finding]:
    """Put the text of each `fix-<key>.md` into the tree, as if it stood there."""
    fixes = {str(fix["key"]): fix for _, fix in _fixes(yaml.tree) if "key" in fix}
    for index, fix in _fixes(yaml.tree):
        if "long" in fix:
            message = "`long` is not a field of the page format; put the text into fix-<key>.md beside this file"
            yield Finding("KB007", message, ("fixes", index, "long"))
            del fix["long"]
    for name, data in files.items():
        found = _FIX_FILE.fullmatch(name)
        if not found:
            continue
        text, findings = _decoded(name, data)
        yield from findings
        if found["key"] not in fixes:
            message = f"no fix has the key `{found['key']}`; rename the file, or remove it"
            yield Finding("KB014", message, file=name, line=1)
        elif not text.strip():
            yield Finding("KB014", "is empty; write the code, or remove the file", file=name, line=1)
        else:
            fixes[found["key"]]["long"] = text


def _fixes(tree: Tree | None) -> Iterator[tuple[int, dict[str, Tree]]]:
    fixes = tree.get("fixes") if isinstance(tree, dict) else None
    for index, fix in enumerate(fixes if isinstance(fixes, list) else []):
        if isinstance(fix, dict):
            yield index, fix


def _samples(files: Mapping[str, bytes], findings: list[Finding]) -> tuple[Sample, ...]:
    samples = []
    for name in sorted(files):
        if _SAMPLE_FILE.fullmatch(name):
            text, wrong = _decoded(name, files[name])
            findings += wrong
            samples.append(Sample(file=name, text=text))
    return tuple(samples)


def _reproduction(files: Mapping[str, bytes], findings: list[Finding]) -> Reproduction | None:
    """The record with its transcript; stale once the scripts beside it are not those that ran."""
    if REPRODUCED_FILE not in files:
        if TRANSCRIPT_FILE in files:
            message = f"has no {REPRODUCED_FILE} beside it; record the run anew, or remove the file"
            findings.append(Finding("KB011", message, file=TRANSCRIPT_FILE, line=1))
        return None
    yaml = read_yaml(files[REPRODUCED_FILE])
    record, wrong = validate(Reproduction, yaml.tree) if yaml.tree is not None else (None, [])
    transcript, undecoded = _decoded(TRANSCRIPT_FILE, files.get(TRANSCRIPT_FILE, b""))
    for finding in (*yaml.findings, *wrong):
        line = finding.line or nearest_line(finding.where, yaml.lines)
        findings.append(Finding(finding.code, finding.message, file=REPRODUCED_FILE, line=line))
    findings += undecoded
    if record is None:
        return None
    scripts = Scripts.among(files)
    is_stale = scripts is not None and scripts.digest != record.script_digest
    return record.model_copy(update={"transcript": transcript, "is_stale": is_stale})


def _decoded(name: str, data: bytes) -> tuple[str, list[Finding]]:
    """The text with its line ends as they are, and every byte that no text column keeps."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        return "", [Finding("KB006", message, file=name, line=line)]
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return "", [Finding("KB006", "holds a NUL byte; remove it", file=name, line=line)]
    return text, []


# --- what belongs where -----------------------------------------------------------------------------------------------


def _belongs(name: str) -> bool:
    known = name == PAGE_FILE or name in REPRODUCTION_FILES
    return known or bool(_SAMPLE_FILE.fullmatch(name) or _FIX_FILE.fullmatch(name))


def _limit(name: str) -> int:
    return MAX_SAMPLE_BYTES if name.endswith(".log") else MAX_BYTES


def _too_large(name: str) -> Finding:
    message = f"is larger than {_limit(name) // 1024} KiB; shorten it to what shows the error"
    return Finding("KB002", message, file=name, line=1)


def _not_belonging(name: str) -> Finding:
    message = "does not belong into a page folder; samples are hit-<what>.log and near-<what>.log, code is fix-<key>.md"
    return Finding("KB012", message, file=name, line=1)


def _name_findings(tool: str, name: str) -> Iterator[Finding]:
    for part in (tool, name):
        if not _KEY.fullmatch(part) or len(part) > 64:
            message = f"the folder name `{part}` cannot be part of an address; use lower-case words joined by hyphens"
            yield Finding("KB011", message, line=1)


def _folders_in(path: Path) -> list[Path]:
    return sorted(entry for entry in path.iterdir() if entry.is_dir() and not entry.is_symlink())


def _strays(root: Path) -> Iterator[Path]:
    for folder in (root, *_folders_in(root)):
        yield from (entry for entry in sorted(folder.iterdir()) if entry.is_symlink() or not entry.is_dir())


def _stray(path: Path) -> Problem:
    message = "does not belong here; pages are folders <tool>/<slug>/"
    return Problem(path.as_posix(), 1, "KB012", message)


def _slug_of(path: Path) -> str:
    path = path.resolve()
    return f"{path.parent.name}/{path.name}"


# --- writing ----------------------------------------------------------------------------------------------------------


def files_of(folder: PageFolder) -> dict[str, bytes]:
    """Every file of a page in canonical form, by name; scripts are kept in files alone."""
    files = _own_files_of(folder)
    if folder.reproduction:
        files |= files_of_reproduction(folder.reproduction)
    return files


def _own_files_of(folder: PageFolder) -> dict[str, bytes]:
    files = {PAGE_FILE: write_yaml(folder.doc).encode()}
    files |= {f"fix-{fix.key}.md": f"{fix.long}\n".encode() for fix in folder.doc.fixes if fix.long}
    files |= {sample.file: sample.text.encode() for sample in folder.samples}
    return files


def files_of_reproduction(record: Reproduction) -> dict[str, bytes]:
    """The record of a run and what was printed in it."""
    return {REPRODUCED_FILE: write_yaml(record).encode(), TRANSCRIPT_FILE: record.transcript.encode()}


def digest_of(folder: PageFolder) -> str:
    """A fingerprint of all that the page says and proves; a run of its scripts changes nothing of that."""
    digest = hashlib.sha256()
    for name, data in sorted(_own_files_of(folder).items()):
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def write_folder(folder: PageFolder, root: Path) -> Path:
    """Make `<root>/<tool>/<slug>` hold this page: write what differs, remove what the page no longer has."""
    path = root / folder.tool / folder.slug
    path.mkdir(parents=True, exist_ok=True)
    files = files_of(folder)
    for entry in path.iterdir():
        if entry.name not in files and entry.name not in REPRODUCTION_FILES and _belongs(entry.name):
            entry.unlink()
    for name, data in files.items():
        target = path / name
        if not target.is_file() or target.read_bytes() != data:
            target.write_bytes(data)
    return path
