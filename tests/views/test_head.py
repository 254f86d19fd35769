from __future__ import annotations

import html as html_module
import re

import pytest
from django.test import Client
from pytest_django import Settings

from kb.content import document as doc
from kb.views.head import DESCRIPTION_MAX, DESCRIPTION_MIN, TITLE_MAX, described, page_head, titled
from tests.builders import a_full_doc, a_loaded_page, a_published_page, folder_of
from tests.corpus.shipped import shipped
from tests.hostile import HOSTILE, page_dangers
from tests.structured import gaps, of_type

SCREENS = ("/", "/errors/", "/errors/ssh/", "/errors/ssh/permission-denied-publickey/")


def html_of(address: str) -> str:
    return Client().get(address).content.decode()


def tag(html: str, pattern: str) -> str:
    (found,) = re.findall(pattern, html)
    return html_module.unescape(found)


def a_full_page(**changes: object) -> None:
    a_loaded_page(folder_of("ssh/permission-denied-publickey", a_full_doc(**changes)))


def test_titles_and_descriptions_of_all_shipped_pages_fit_a_result_of_a_search_engine() -> None:
    heads = [page_head(folder, folder.tool) for folder in shipped().reading.folders]
    assert [head.title for head in heads if not 10 <= len(head.title) <= TITLE_MAX] == []
    assert [head.description for head in heads if not DESCRIPTION_MIN <= len(head.description) <= DESCRIPTION_MAX] == []
    assert [head.description for head in heads if "`" in head.description or "](" in head.description] == []


def test_shipped_pages_have_titles_and_descriptions_of_their_own() -> None:
    heads = [page_head(folder, folder.tool) for folder in shipped().reading.folders]
    assert len({head.title for head in heads}) == len(heads)
    assert len({head.description for head in heads}) == len(heads)


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Connection reset", "Connection reset – SSH – Fixpoint"),
        ("ssh: Connection reset", "ssh: Connection reset – Fixpoint"),
        ("c" * 58, f"{'c' * 58} – Fixpoint"),
        ("word " * 13 + "word", "word " * 13 + "word"),
        ("word " * 20, ("word " * 14).strip() + "…"),
    ],
)
def test_a_title_holds_as_much_of_its_context_as_fits(title: str, told: str) -> None:
    assert titled(title.strip(), "SSH", "Fixpoint") == told


def test_a_short_description_is_filled_up() -> None:
    assert described("It broke.", "So many causes.") == "It broke. So many causes."
    long = "It broke, and this sentence says at length what and how."
    assert described(long, "Not needed.") == long


@pytest.mark.django_db
@pytest.mark.parametrize("address", SCREENS)
def test_each_screen_has_one_title_one_description_and_one_address(address: str, settings: Settings) -> None:
    settings.SITE_URL = "https://errors.example.org"
    a_full_page()
    html = html_of(address)
    assert 10 <= len(tag(html, "<title>(.*?)</title>")) <= TITLE_MAX
    assert DESCRIPTION_MIN <= len(tag(html, '<meta name="description" content="(.*?)">')) <= DESCRIPTION_MAX
    assert tag(html, '<link rel="canonical" href="(.*?)">') == f"https://errors.example.org{address}"
    # https://ogp.me: title, type, image and address are required.
    for name in ("title", "type", "image", "site_name", "description"):
        assert tag(html, f'<meta property="og:{name}" content="(.*?)">')
    assert tag(html, '<meta property="og:url" content="(.*?)">') == f"https://errors.example.org{address}"
    image = tag(html, '<meta property="og:image" content="(.*?)">').removeprefix("https://errors.example.org")
    assert Client().get(image)["Content-Type"] == "image/png"


@pytest.mark.django_db
@pytest.mark.parametrize("address", SCREENS)
def test_structured_data_says_all_that_its_types_need(address: str) -> None:
    a_full_page()
    assert gaps(html_of(address)) == []


@pytest.mark.django_db
def test_a_page_names_its_steps_and_its_questions_to_machines() -> None:
    steps = tuple(doc.Step(key=f"s{number}", title=f"Step {number}", run="ssh {{ host }}") for number in range(3))
    a_full_page(steps=steps)
    html = html_of(SCREENS[-1])
    assert [step["name"] for step in of_type(html, "HowToStep")] == ["Step 0", "Step 1", "Step 2"]
    assert of_type(html, "HowToStep")[0]["url"].endswith("/errors/ssh/permission-denied-publickey/#step-s0")
    (question,) = of_type(html, "Question")
    assert question["acceptedAnswer"]["text"] == "The key expired."
    (trail,) = of_type(html, "BreadcrumbList")
    assert [step["position"] for step in trail["itemListElement"]] == [1, 2, 3]


@pytest.mark.django_db
def test_a_page_without_questions_claims_none() -> None:
    a_full_page(faq=())
    assert of_type(html_of(SCREENS[-1]), "FAQPage") == []


@pytest.mark.django_db
@pytest.mark.parametrize("text", HOSTILE)
def test_no_title_breaks_out_of_the_head(text: str) -> None:
    title = re.sub(r"[\x00-\x1f]", "", text) or "x"
    a_published_page(title=title, summary=title)
    html = html_of("/errors/ssh/permission-denied-publickey/")
    assert page_dangers(html) == []
    (article,) = of_type(html, "TechArticle")
    assert article["headline"] == title


@pytest.mark.django_db
def test_the_second_part_of_a_list_is_a_page_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.views.browse.PAGES_AT_ONCE", 1)
    for name in ("one", "two"):
        a_published_page(f"ssh/{name}", signatures=(doc.Signature(key="a", text=f"the {name} message"),))
    html = html_of("/errors/ssh/?page=2")
    assert tag(html, '<link rel="canonical" href="(.*?)">').endswith("/errors/ssh/?page=2")
    assert tag(html, "<title>(.*?)</title>") == "Ssh errors, part 2 – Fixpoint"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/search?q=denied", "/errors/ssh/nothing/"])
def test_what_is_no_page_is_kept_out_of_search_engines(address: str) -> None:
    a_published_page()
    html = html_of(address)
    assert '<meta name="robots" content="noindex">' in html
    assert 'rel="canonical"' not in html


@pytest.mark.django_db
def test_the_answer_to_an_empty_box_is_no_page() -> None:
    html = Client().post("/match", {"text": ""}).content.decode()
    assert '<meta name="robots" content="noindex">' in html
    assert 'rel="canonical"' not in html


@pytest.mark.django_db
def test_the_site_is_called_as_whoever_runs_it_says(settings: Settings) -> None:
    settings.SITE_NAME = "Build <Doctor>"
    html = html_of("/")
    assert tag(html, "<title>(.*?)</title>") == "Paste an error, get its page – Build <Doctor>"
    assert "Fixpoint" not in html
