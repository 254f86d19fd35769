from __future__ import annotations

from hypothesis import given

from kb.content.document import PageDoc
from kb.content.trees import HANGS_ON_PAGE, branches, tree_of
from kb.content.validating import validate
from tests.builders import a_full_doc
from tests.content.strategies import models

NOTHING: dict[str, object] = dict.fromkeys(HANGS_ON_PAGE, ())


def test_a_wording_is_read_from_its_tree_as_it_was() -> None:
    content = a_full_doc()
    assert validate(PageDoc, tree_of(content)) == (content.model_copy(update=NOTHING), [])


@given(models(PageDoc))
def test_so_is_any_wording(content: PageDoc) -> None:
    assert validate(PageDoc, tree_of(content)) == (content.model_copy(update=NOTHING), [])


def test_a_tree_that_is_no_list_of_records_has_none() -> None:
    assert branches(None) == branches("x") == branches(["x"]) == []
