"""What people send, as bytes of text: compressed or not, named or not, held to the size that is matched."""

from __future__ import annotations

import codecs
import zlib

from kb.matching.decoding import decode

_GZIP = b"\x1f\x8b"
_NOT_TEXT = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"%PDF-",
    b"PK\x03\x04",
    b"\x7fELF",
    b"7z\xbc\xaf",
    b"\xfd7zXZ",
    b"BZh",
    b"(\xb5/\xfd",
)
_PROBE = 8192
_CONTROLS = bytes(byte for byte in range(0x20) if byte not in b"\0\t\n\x08\x0b\x0c\r\x1b") + b"\x7f"
_MOST_CONTROLS = 0.1
"""Share of control characters above which bytes are no text; logs hold a few bells and backspaces."""


class NotText(ValueError):
    """What was sent cannot be read as text."""


class TooLarge(ValueError):
    """More text than is matched."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"More was sent than can be matched: at most {limit // 1024 // 1024} MiB of text. "
            "Send the part of the log around the first error."
        )


def text_of(data: bytes, limit: int, charset: str = "") -> str:
    """The text in a body or file of any encoding, gzip undone. Raises NotText or TooLarge."""
    if data.startswith(_GZIP):
        data = decompress(data, limit)
    if data.startswith(_NOT_TEXT):
        raise NotText("This is a picture, an archive or a program, not a text. Send the log as plain text.")
    text = decode(data, charset)
    probe = text[:_PROBE].encode("utf-8", "replace")
    if probe and len(probe) - len(probe.translate(None, _CONTROLS)) > _MOST_CONTROLS * len(probe):
        raise NotText("These bytes hold too many control characters to be a text. Send the log as plain text.")
    if len(text) > limit or len(text.encode("utf-8", "replace")) > limit:
        raise TooLarge(limit)
    return text


def decompress(data: bytes, limit: int) -> bytes:
    """Undo gzip, but make no more of it than twice the limit: enough for UTF-16, too little for a bomb."""
    most = 2 * limit + len(codecs.BOM_UTF16_LE)
    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        text = stream.decompress(data, most)
        if stream.unconsumed_tail:
            raise TooLarge(limit)
        if not stream.eof:
            raise NotText("The gzip data end too early. Send them whole, or the text uncompressed.")
    except zlib.error as problem:
        raise NotText("The data are no valid gzip. Send them again, or the text uncompressed.") from problem
    return text
