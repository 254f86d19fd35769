from __future__ import annotations

from kb.content.problems import Finding, Problem, ProblemsFound, nearest_line


def test_a_problem_says_where_it_is_and_what_to_do() -> None:
    problem = Problem("fixtures/pages/git/x/page.yaml", 14, "KB021", "what is wrong; how to mend it")

    assert str(problem) == "fixtures/pages/git/x/page.yaml:14 KB021 what is wrong; how to mend it"


def test_all_problems_are_carried_sorted_and_once() -> None:
    later, earlier = Problem("b", 1, "KB001", "x"), Problem("a", 20, "KB001", "x")

    found = ProblemsFound([later, earlier, later])

    assert found.problems == (earlier, later)
    assert str(found) == "a:20 KB001 x\nb:1 KB001 x"


def test_a_part_whose_line_is_unknown_is_at_the_part_around_it() -> None:
    lines = {(): 1, ("fixes",): 5, ("fixes", 0): 6}

    assert nearest_line(("fixes", 0, "verify", "run"), lines) == 6
    assert nearest_line(("fixes", 3), lines) == 5
    assert nearest_line(("nowhere",), {}) == 1


def test_a_finding_in_another_file_keeps_its_own_line() -> None:
    finding = Finding("KB022", "finds nothing", file="hit-plain.log", line=7)

    assert finding.in_folder("git/x", {(): 1}) == Problem("git/x/hit-plain.log", 7, "KB022", "finds nothing")
