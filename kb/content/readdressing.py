"""One document under two addresses: pages that cite both, or the former one, cite the present one instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kb.content.document import Evidence, PageDoc, Source


def readdressed(content: PageDoc, present: Mapping[str, str]) -> PageDoc:
    """The document with the present address in place of each former one; what then stands there twice stands once."""
    if not any(source.address in present for source in content.sources):
        return content
    told = {"sources": tuple(_sources(content, present)), "evidence": tuple(_evidence(content, present))}
    return content.model_copy(update=told)


def _sources(content: PageDoc, present: Mapping[str, str]) -> Iterator[Source]:
    cited = {source.address for source in content.sources}
    for source in content.sources:
        address = present.get(source.address)
        if address is None:
            yield source
        elif address not in cited:
            cited.add(address)
            yield source.model_copy(update={"address": address})


def _evidence(content: PageDoc, present: Mapping[str, str]) -> Iterator[Evidence]:
    said = {_says(item) for item in content.evidence if item.source not in present}
    for item in content.evidence:
        if item.source not in present:
            yield item
            continue
        moved = item.model_copy(update={"source": present[item.source]})
        if _says(moved) not in said:
            said.add(_says(moved))
            yield moved


def _says(item: Evidence) -> tuple[str, ...]:
    return item.source, item.supports, item.note, item.state
