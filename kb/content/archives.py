"""Archives of page folders, `.zip` and `.tar.gz`: written the same for the same pages, and read with suspicion.

An archive holds what `fixtures` holds: `pages/<tool>/<slug>/…`, and `tools.yaml`. Whatever is in one was put there by
somebody: it is bounded before it is unpacked, and unpacked into memory alone, so that no name in it becomes a path.
"""

from __future__ import annotations

import gzip
import io
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from kb.content.document import PageFolder
from kb.content.files import files_of
from kb.content.problems import PAGE_FILE
from kb.content.tools import Tool, write_tools

TOOLS_FILE = "tools.yaml"


class Kind(StrEnum):
    ZIP = "zip"
    TAR_GZ = "tar.gz"

    @classmethod
    def of_name(cls, name: str) -> Kind | None:
        """By the ending of a file's name."""
        return next((kind for kind in cls if name.endswith(f".{kind}")), None)


@dataclass(frozen=True, slots=True)
class Limits:
    """Beyond any of these an archive is not read to its end."""

    files: int = 100_000
    bytes: int = 256 * 1024 * 1024
    """Of all files together, unpacked."""
    ratio: int = 100
    """Of the unpacked size to the packed one; texts reach 20."""
    small: int = 4 * 1024 * 1024
    """Unpacked bytes up to which no ratio is asked for."""


class ArchiveRefusedError(ValueError):
    """Nothing of the archive is used; says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Archive:
    """What was in it, by page: nothing of it was checked but its size and its names."""

    folders: Mapping[str, Mapping[str, bytes]]
    """For each `<tool>/<slug>` its files; a name with a slash in it is that of a file in a folder of the folder."""
    tools: bytes | None = None
    left_out: tuple[str, ...] = ()
    """Paths that belong to no page."""


# --- reading ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entry:
    path: str
    read: Callable[[], bytes]
    is_folder: bool = False


def read_archive(file: IO[bytes], limits: Limits = Limits()) -> Archive:
    """Everything of an archive that may belong to pages, or ArchiveRefusedError."""
    start = file.read(4)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if start.startswith(b"PK"):
        entries = _of_zip(file, size, limits)
    elif start.startswith(b"\x1f\x8b"):
        entries = _of_tar(file, size, limits)
    else:
        raise ArchiveRefusedError("It is neither a zip archive nor a tar.gz one; pack the folders as one of these.")
    try:
        return _sorted_out(_read(entries, limits))
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError, struct.error) as error:
        raise ArchiveRefusedError(f"It is damaged, or no archive after all: {error}.") from error
    except (NotImplementedError, RuntimeError, ValueError, OverflowError, OSError) as error:
        if isinstance(error, ArchiveRefusedError):
            raise
        raise ArchiveRefusedError(f"It cannot be unpacked: {error}.") from error


def _read(entries: Iterable[_Entry], limits: Limits) -> dict[str, bytes]:
    """Every file by its path, within the limits."""
    files: dict[str, bytes] = {}
    seen: set[str] = set()
    total = 0
    for number, entry in enumerate(entries, start=1):
        if number > limits.files:
            raise ArchiveRefusedError(f"It holds more than {limits.files} files.")
        path = _checked(entry.path)
        if path.lower() in seen:
            raise ArchiveRefusedError(f"Two files in it are called {path}; keep one.")
        seen.add(path.lower())
        if not entry.is_folder:
            files[path] = entry.read()
            total += len(files[path])
            if total > limits.bytes:
                raise _too_large(limits)
    return files


def _too_large(limits: Limits) -> ArchiveRefusedError:
    return ArchiveRefusedError(f"Unpacked it holds more than {limits.bytes // (1024 * 1024)} MiB.")


def _bomb(limits: Limits) -> ArchiveRefusedError:
    return ArchiveRefusedError(f"Unpacked it is more than {limits.ratio} times as large: that is no archive of pages.")


_LONGEST_PATH = 300
_PART = re.compile(r"[A-Za-z0-9._-][A-Za-z0-9._ -]{0,120}")


def _checked(path: str) -> str:
    """The path as it is used here, if it is one that anybody would give."""
    shown = ascii(path[:80])
    if len(path) > _LONGEST_PATH:
        raise ArchiveRefusedError(f"A name in it is longer than {_LONGEST_PATH} characters: {shown}.")
    if path.startswith("/") or "\\" in path or re.match(r"[A-Za-z]:", path):
        raise ArchiveRefusedError(f"A name in it is not that of a file inside of it: {shown}.")
    parts = path.removeprefix("./").removesuffix("/").split("/")
    if ".." in parts:
        raise ArchiveRefusedError(f"A name in it leads out of it: {shown}.")
    if not all(_PART.fullmatch(part) and part != "." for part in parts) and path not in (".", "./"):
        raise ArchiveRefusedError(f"A name in it has characters that no page's file has: {shown}; use a-z, 0-9, -.")
    return "/".join(parts)


# --- zip ---


_ZIP_ENTRY = b"PK\x01\x02"
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


def _of_zip(file: IO[bytes], size: int, limits: Limits) -> Iterator[_Entry]:
    _count_zip_entries(file, limits)
    with zipfile.ZipFile(file) as archive:
        listed = archive.infolist()
        unpacked = sum(entry.file_size for entry in listed)
        if unpacked > limits.bytes:
            raise _too_large(limits)
        if unpacked > limits.small and unpacked > size * limits.ratio:
            raise _bomb(limits)
        for entry in listed:
            _refuse_unusual(entry)
            yield _Entry(entry.filename, _zip_reader(archive, entry), entry.is_dir())


def _zip_reader(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], bytes]:
    return lambda: archive.read(entry)


def _count_zip_entries(file: IO[bytes], limits: Limits) -> None:
    """Before the list of its files is read, which takes far more memory than the archive has bytes."""
    count, rest = 0, b""
    while block := file.read(1 << 20):
        count += (rest + block).count(_ZIP_ENTRY)
        rest = block[-len(_ZIP_ENTRY) + 1 :]
    file.seek(0)
    if count > limits.files:
        raise ArchiveRefusedError(f"It holds more than {limits.files} files.")


def _refuse_unusual(entry: zipfile.ZipInfo) -> None:
    shown = ascii(entry.orig_filename[:80])
    if not entry.filename or "\0" in entry.orig_filename:
        raise ArchiveRefusedError(f"A name in it is empty or holds a NUL: {shown}.")
    if entry.flag_bits & _ENCRYPTED:
        raise ArchiveRefusedError(f"{shown} is encrypted; pack it without a password.")
    if entry.compress_type not in _PACKED:
        raise ArchiveRefusedError(f"{shown} is compressed in an unusual way; pack it as usual (deflate).")
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ArchiveRefusedError(f"{shown} is no file but a link or a device.")


# --- tar.gz ---


class _Bounded(io.RawIOBase):
    """Unpacks no more than the limits allow."""

    def __init__(self, packed: IO[bytes], size: int, limits: Limits) -> None:
        self._unpacking = gzip.GzipFile(fileobj=packed)
        self._size, self._limits, self._read = size, limits, 0

    def read(self, size: int = -1) -> bytes:
        block = self._unpacking.read(size)
        self._read += len(block)
        # Beside the files there are their headers, half a kilobyte each.
        if self._read > self._limits.bytes + 1024 * self._limits.files:
            raise _too_large(self._limits)
        if self._read > self._limits.small and self._read > self._size * self._limits.ratio:
            raise _bomb(self._limits)
        return block


def _of_tar(file: IO[bytes], size: int, limits: Limits) -> Iterator[_Entry]:
    with tarfile.open(fileobj=_Bounded(file, size, limits), mode="r|") as archive:
        for entry in archive:
            shown = ascii(entry.name[:80])
            if not (entry.isreg() or entry.isdir()) or entry.issparse():
                raise ArchiveRefusedError(f"{shown} is no file but a link or a device.")
            if entry.size > limits.bytes:
                raise _too_large(limits)
            yield _Entry(entry.name, _tar_reader(archive, entry), entry.isdir())
            archive.members.clear()  # type: ignore[attr-defined]  # it would keep all of them


def _tar_reader(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        file = archive.extractfile(entry)
        assert file is not None, "only files are read"
        return file.read()

    return read


# --- what belongs to which page ---


def _sorted_out(files: Mapping[str, bytes]) -> Archive:
    root = _root_of(files)
    depth = len(root)
    folders: defaultdict[str, dict[str, bytes]] = defaultdict(dict)
    left_out = []
    for path, data in files.items():
        parts = tuple(path.split("/"))
        if parts[:depth] == root and len(parts) >= depth + 3 and not _is_litter(parts):
            folders["/".join(parts[depth : depth + 2])]["/".join(parts[depth + 2 :])] = data
        elif parts not in _tools_paths(root):
            left_out.append(path)
    tools = next((files[path] for parts in _tools_paths(root) if (path := "/".join(parts)) in files), None)
    return Archive(dict(sorted(folders.items())), tools, tuple(sorted(left_out)))


def _root_of(files: Iterable[str]) -> tuple[str, ...]:
    """The folder that holds the tools' folders: the same for every page."""
    pages = [tuple(path.split("/")) for path in files if path.rpartition("/")[2] == PAGE_FILE]
    pages = [parts for parts in pages if not _is_litter(parts)]
    if not pages:
        raise ArchiveRefusedError(f"It holds no page: pack folders <tool>/<slug>/ with a {PAGE_FILE} in each.")
    if flat := next((parts for parts in pages if len(parts) < 3), None):
        raise ArchiveRefusedError(f"{'/'.join(flat)} stands outside of <tool>/<slug>/; pack it with these two folders.")
    roots = sorted({parts[:-3] for parts in pages})
    if len(roots) > 1:
        shown = " and ".join("/".join(root) or "its top" for root in roots[:2])
        raise ArchiveRefusedError(f"It holds pages in several places, {shown}: pack them in one folder.")
    return roots[0]


def _tools_paths(root: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Where the list of tools may stand: beside the folder of the pages, as in `fixtures`, or in it."""
    return ((*root[:-1], TOOLS_FILE), (*root, TOOLS_FILE))


def _is_litter(parts: tuple[str, ...]) -> bool:
    """What file managers leave behind."""
    return "__MACOSX" in parts or parts[-1] in (".DS_Store", "Thumbs.db", "desktop.ini") or parts[-1].startswith("._")


# --- writing ----------------------------------------------------------------------------------------------------------


class _Pipe(io.RawIOBase):
    """What is written into it can be taken out again, so that an archive is never held as a whole."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, block: object) -> int:
        data = bytes(block)  # type: ignore[call-overload]  # any buffer
        self._blocks.append(data)
        return len(data)

    def take(self) -> bytes:
        blocks = b"".join(self._blocks)
        self._blocks.clear()
        return blocks


_NO_TIME = (1980, 1, 1, 0, 0, 0)
"""Zip knows no earlier one: the same pages make the same archive whenever they are packed."""
_MODE = 0o644


def write_archive(kind: Kind, pages: Iterable[PageFolder], tools: Iterable[Tool] = ()) -> Iterator[bytes]:
    """An archive of these pages, piece by piece."""
    files = _files(pages, list(tools))
    return _zipped(files) if kind is Kind.ZIP else _tarred(files)


def _files(pages: Iterable[PageFolder], tools: list[Tool]) -> Iterator[tuple[str, bytes]]:
    if tools:
        yield TOOLS_FILE, write_tools(tools)
    for page in pages:
        for name, data in sorted(files_of(page).items()):
            yield f"pages/{page.full_slug}/{name}", data


def _zipped(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files:
            entry = zipfile.ZipInfo(path, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | _MODE) << 16
            archive.writestr(entry, data)
            yield pipe.take()
    yield pipe.take()


def _tarred(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    pipe = _Pipe()
    with (
        gzip.GzipFile(fileobj=pipe, mode="wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path, data in files:
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(data), _MODE
            archive.addfile(entry, io.BytesIO(data))
            yield pipe.take()
    yield pipe.take()
