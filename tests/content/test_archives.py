"""Archives of pages: what was packed comes out again, and what was packed to do harm does none."""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.content.archives import Archive, ArchiveRefusedError, Kind, Limits, read_archive, write_archive
from kb.content.files import examine_members, files_of
from kb.content.tools import Tool, examine_list
from tests.content.builders import folder, reproduced

TOOLS = (Tool(slug="frob", name="Frob", category="Widgets"),)
PAGE = b"title: x\n"
USUAL = Limits()


def packed(kind: Kind = Kind.ZIP, *slugs: str) -> bytes:
    return b"".join(write_archive(kind, [folder(slug) for slug in slugs or ("frob/a",)], TOOLS))


def read(data: bytes, limits: Limits = USUAL) -> Archive:
    return read_archive(io.BytesIO(data), limits)


def zipped(files: dict[str, bytes], change: Callable[[zipfile.ZipInfo], None] = lambda entry: None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            change(entry)
            archive.writestr(entry, data)
    return buffer.getvalue()


def tarred(*entries: tarfile.TarInfo, data: bytes = PAGE) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for entry in entries:
            entry.size = len(data) if entry.isreg() else 0
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def an_entry(name: str = "git/x/page.yaml", kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


@pytest.mark.parametrize("kind", Kind)
def test_what_was_packed_comes_out_again(kind: Kind) -> None:
    one, other = folder("frob/a"), reproduced(folder("other/b"))
    archive = read(b"".join(write_archive(kind, [one, other], TOOLS)))
    assert archive.folders == {"frob/a": files_of(one), "other/b": files_of(other)}
    assert archive.tools is not None
    assert examine_list(archive.tools, "tools.yaml") == (TOOLS, [])
    assert examine_members("frob/a", archive.folders["frob/a"]).folder == one
    assert archive.left_out == ()


@pytest.mark.parametrize("kind", Kind)
def test_the_same_pages_make_the_same_archive_and_it_comes_in_pieces(kind: Kind) -> None:
    assert packed(kind) == packed(kind)
    pieces = list(write_archive(kind, [folder(f"frob/a{number}") for number in range(30)]))
    assert len(pieces) > 30


@pytest.mark.parametrize("root", ["", "pages/", "backup of june/fixtures/pages/", "./"])
def test_pages_are_found_in_whatever_folder_they_were_packed(root: str) -> None:
    assert list(read(zipped({f"{root}git/x/page.yaml": PAGE})).folders) == ["git/x"]


def test_what_belongs_to_no_page_is_left_out_and_named() -> None:
    litter = {"__MACOSX/git/x/._page.yaml": b"", "git/.DS_Store": b"", "README.md": b"", "git/x/._page.yaml": b""}
    archive = read(zipped({"git/x/page.yaml": PAGE, **litter}))
    assert archive.folders == {"git/x": {"page.yaml": PAGE}}
    assert archive.left_out == tuple(sorted(litter))


def test_files_of_a_folder_within_a_page_stay_with_the_page_which_refuses_them() -> None:
    archive = read(zipped({"git/x/page.yaml": PAGE, "git/x/inner/evil.zip": packed()}))
    reading = examine_members("git/x", archive.folders["git/x"])
    assert "KB012" in {finding.code for finding in reading.findings}
    assert set(reading.files) == {"page.yaml"}


EVIL_NAMES = {
    "/etc/passwd": "not that of a file inside",
    "C:/x/page.yaml": "not that of a file inside",
    "git\\x\\page.yaml": "not that of a file inside",
    "git/../../x/page.yaml": "leads out of it",
    "git/x/..": "leads out of it",
    "git//page.yaml": "characters that no page's file has",
    "git/\u202egnp.exe": "characters that no page's file has",
    "git/ｘ/page.yaml": "characters that no page's file has",
    "git/x/\x1b[2J": "characters that no page's file has",
    "git/" + "x" * 400: "longer than 300",
    "git/" + "x" * 200: "characters that no page's file has",
}


@pytest.mark.parametrize("name", EVIL_NAMES)
def test_a_name_that_nobody_would_give_refuses_the_archive(name: str) -> None:
    for data in (zipped({"git/x/page.yaml": PAGE, name: b""}), tarred(an_entry(), an_entry(name))):
        with pytest.raises(ArchiveRefusedError, match=EVIL_NAMES[name]):
            read(data)


def test_a_name_with_a_nul_refuses_the_archive() -> None:
    data = zipped({"git/x/page.yaml": PAGE, "git/x/aXb.log": b""}).replace(b"aXb.log", b"a\0b.log")
    with pytest.raises(ArchiveRefusedError, match="holds a NUL"):
        read(data)


@pytest.mark.parametrize("name", ["git/x/page.yaml", "git/X/PAGE.yaml"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_refuse_the_archive(name: str) -> None:
    with pytest.raises(ArchiveRefusedError, match="Two files"):
        read(tarred(an_entry(), an_entry(name)))


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK])
def test_a_link_or_a_device_in_a_zip_archive_refuses_it(mode: int) -> None:
    def make_special(entry: zipfile.ZipInfo) -> None:
        entry.external_attr = (mode | 0o777) << 16

    with pytest.raises(ArchiveRefusedError, match="link or a device"):
        read(zipped({"git/x/page.yaml": b"/etc/passwd"}, make_special))


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.GNUTYPE_SPARSE],
)
def test_a_link_or_a_device_in_a_tar_archive_refuses_it(kind: bytes) -> None:
    with pytest.raises(ArchiveRefusedError, match=r"link or a device|damaged"):
        read(tarred(an_entry(), an_entry("git/x/hit-a.log", kind, "/etc/passwd")))


def test_an_encrypted_archive_is_refused() -> None:
    data = bytearray(zipped({"git/x/page.yaml": PAGE}))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ArchiveRefusedError, match="encrypted"):
        read(bytes(data))


def test_an_unusual_compression_is_refused() -> None:
    def with_lzma(entry: zipfile.ZipInfo) -> None:
        entry.compress_type = zipfile.ZIP_LZMA

    with pytest.raises(ArchiveRefusedError, match="unusual way"):
        read(zipped({"git/x/page.yaml": PAGE}, with_lzma))


@pytest.mark.parametrize("kind", Kind)
def test_a_bomb_is_refused_before_it_goes_off(kind: Kind) -> None:
    zeros = bytes(2_000_000)
    data = zipped({"git/x/page.yaml": zeros}) if kind is Kind.ZIP else tarred(an_entry(), data=zeros)
    with pytest.raises(ArchiveRefusedError, match="more than 1 MiB"):
        read(data, Limits(bytes=1024 * 1024, files=10))
    with pytest.raises(ArchiveRefusedError, match="times as large"):
        read(data, Limits(small=1024 * 1024))


def test_a_size_that_a_zip_archive_lies_about_is_refused() -> None:
    data = bytearray(zipped({"git/x/page.yaml": bytes(1_000_000)}))
    at = data.rindex(b"PK\x01\x02") + 24
    data[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(ArchiveRefusedError):
        read(bytes(data))


@pytest.mark.parametrize("kind", Kind)
def test_too_many_files_are_refused(kind: Kind) -> None:
    names = [f"git/x{number}/page.yaml" for number in range(12)]
    data = zipped(dict.fromkeys(names, PAGE)) if kind is Kind.ZIP else tarred(*map(an_entry, names))
    with pytest.raises(ArchiveRefusedError, match="more than 10 files"):
        read(data, Limits(files=10))


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"git/x/hit-a.log": b""}, "holds no page"),
        ({"x/page.yaml": PAGE}, "outside of <tool>/<slug>/"),
        ({"a/git/x/page.yaml": PAGE, "b/git/y/page.yaml": PAGE}, "in several places, a and b"),
    ],
)
def test_pages_must_stand_where_pages_stand(files: dict[str, bytes], words: str) -> None:
    with pytest.raises(ArchiveRefusedError, match=words):
        read(zipped(files))


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"PK\x03\x04", b"\x1f\x8b", gzip.compress(b"x" * 2000, mtime=0), b"Rar!\x1a\x07"]
)
def test_what_is_no_archive_is_refused_with_words(data: bytes) -> None:
    with pytest.raises(ArchiveRefusedError):
        read(data)


@pytest.mark.parametrize("kind", Kind)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_whatever_is_damaged_in_an_archive_it_is_read_or_refused(kind: Kind, data: st.DataObject) -> None:
    archive = bytearray(packed(kind, "frob/a", "frob/b"))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(archive) - 1))
        archive[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(archive)) | st.just(len(archive)))
    try:
        read(bytes(archive[:cut]))
    except ArchiveRefusedError as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017


@given(st.dictionaries(st.text(max_size=40), st.binary(max_size=20), max_size=4))
def test_whatever_files_are_called_only_plain_names_come_in(files: dict[str, bytes]) -> None:
    try:
        archive = read(zipped({"git/x/page.yaml": PAGE, **{name: data for name, data in files.items() if name}}))
    except (ArchiveRefusedError, UnicodeEncodeError):
        return
    names = [f"{slug}/{name}" for slug, found in archive.folders.items() for name in found]
    assert all(name.isascii() and not name.startswith("/") and ".." not in name.split("/") for name in names)
