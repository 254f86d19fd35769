from __future__ import annotations

from pathlib import Path

import pytest

from bench import match
from kb.matching import engine
from kb.matching.index import build
from kb.matching.records import Entry, Signature

ENTRIES = [
    Entry(f"tool/{name}", text, signatures=(Signature("main", text),))
    for name, text in (("eof", "fatal: early EOF of the pack"), ("disk", "error: there is no space left on the disk"))
]
TEXT = b"hello\nfatal: early EOF of the pack\n" * 20


def test_the_stages_are_what_the_engine_calls_from_the_bytes_to_the_answer() -> None:
    stages = match.stages()
    assert len(stages) > 5
    assert match.SCANNED in stages
    assert stages.index("clean") < stages.index(match.SCANNED) < stages.index("rank")


def test_a_text_is_measured_stage_by_stage_beside_the_bare_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(match, "_ENOUGH_S", 0.0)
    told = match.measure_text(TEXT, build(ENTRIES))
    assert (told["bytes"], told["matches"], told["truncated"]) == (len(TEXT), 1, False)
    assert set(told["stages_s"]) == {*match.stages(), "the rest"}
    assert told["stages_s"][match.SCANNED] > 0
    assert told["bare_scan_s"] > 0


def test_measuring_leaves_the_engine_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(match, "_ENOUGH_S", 0.0)
    before = [getattr(engine, name) for name in match.stages()]
    match.measure_text(TEXT, build(ENTRIES))
    assert [getattr(engine, name) for name in match.stages()] == before


def test_signatures_are_spliced_where_there_are_not_enough_messages(tmp_path: Path) -> None:
    texts = match.signature_texts(5000, [tmp_path])
    assert len(set(texts)) == 5000


def test_a_figure_beyond_its_target_is_missed() -> None:
    slow = {"bare_scan_s": 0.01, "search_s": 2.0, "stages_s": {"clean": 0.05, match.SCANNED: 0.01, "rank": 1.9}}
    figures = {
        "signatures": 500,
        "build_s": 0.1,
        "peak_mb": 90.0,
        "texts": {"10 MB of failing output": slow},
        "doubled": {1: 1.0, 2: 2.0},
    }
    met = {what: is_met for what, _, is_met in match.targets([figures])}
    assert met["decode, clean, ink and scan of 10 MB ≤ 8 × the bare scan"]
    assert not met["the whole search of 10 MB < 1.5 s"]
    assert not met["the whole search of 10 MB ≤ 40 × the bare scan"]
    assert met["twice the text ≤ 2.3 × the work"]


def test_a_run_prints_a_table_for_each_index(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    match.main(
        ["--sizes", "500", "--texts", "1 line", "--doubled", "1", "--messages", str(tmp_path), "--json", str(report)]
    )
    printed = capsys.readouterr().out
    assert "signatures\n" in printed
    assert "| scan |" in printed
    assert '"bare_scan_s"' in report.read_text()
