"""What the page is made of: its files, its words, and how they are served."""

import json
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest

from model import Tagger

ROOT = Path(__file__).parents[3]
STATIC = ROOT / "service" / "page" / "static"
STRINGS = json.loads((STATIC / "strings.json").read_text("utf-8"))
SCRIPTS = sorted(STATIC.glob("*.js"))
CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")


def without_comments(path):
    return re.sub(r"/\*.*?\*/|^\s*//.*$|\s//\s.*$", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


class Reader(HTMLParser):
    """The tags, attributes and text of a page."""

    def __init__(self, path):
        super().__init__()
        self.attributes, self.said, self.inside = [], [], []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag, attributes):
        self.attributes += [(tag, *pair) for pair in attributes]
        self.inside.append(tag)

    def handle_endtag(self, tag):
        while self.inside.pop() != tag:
            pass

    def handle_data(self, data):
        if data.strip() and "noscript" not in self.inside:
            self.said.append((self.inside[-1], data.strip()))


def test_both_languages_have_the_same_words():
    """Each key stands in both languages, with the same places to fill in."""
    assert set(STRINGS) == {"zh", "en"}
    assert list(STRINGS["zh"]) == list(STRINGS["en"])
    for key, words in STRINGS["zh"].items():
        assert sorted(re.findall(r"\{\w+\}", words)) == sorted(re.findall(r"\{\w+\}", STRINGS["en"][key])), key


def test_each_language_is_written_in_its_script():
    """No English entry holds Chinese; the other way round every sentence does."""
    assert not [key for key, words in STRINGS["en"].items() if CHINESE.search(words)]
    assert [key for key, words in STRINGS["zh"].items() if not CHINESE.search(words)] == ["htmlLang"]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_hold_no_words(path):
    """What a reader sees comes from strings.json: no Chinese in a script, and no English sentence in its strings."""
    code = without_comments(path)
    assert not CHINESE.search(code)
    assert not re.findall(r'"[A-Z][a-z]+ [a-z]+[^"]*"|textContent = ["`][^"`]*[A-Za-z]{2}', code)


def test_the_page_itself_holds_no_words():
    """Of text index.html has only the product's name, and what is said where scripts are off."""
    assert Reader(STATIC / "index.html").said == [("title", "themetag"), ("span", "themetag")]


def test_every_word_is_used_and_none_is_missing():
    """The keys that the page and its scripts name are those of strings.json."""
    sources = "\n".join(path.read_text("utf-8") for path in [STATIC / "index.html", *SCRIPTS])
    named = set(re.findall(r'data-(?:text|label|placeholder)="(\w+)"', sources))
    assert named <= set(STRINGS["en"])
    direct = {key for key in STRINGS["en"] if "." not in key}
    assert not [key for key in direct if f'"{key}"' not in sources and f".{key}" not in sources]
    problems = {key.removeprefix("problem.") for key in STRINGS["en"] if key.startswith("problem.")}
    from_service = set(re.findall(r'"([\w-]+)": \(\d', (ROOT / "service" / "problems.py").read_text("utf-8")))
    assert {name for name in problems if f'"{name}"' not in sources} <= from_service | {"other"}


def test_nothing_stands_inline():
    """A policy of default-src 'self' holds: no script, style or handler stands in the page, and no foreign address."""
    attributes = Reader(STATIC / "index.html").attributes
    assert not [name for _, name, _ in attributes if name == "style" or name.startswith("on")]
    assert ("script", "src", "page/main.js") in attributes
    for path in STATIC.iterdir():
        found = set(re.findall(r"https?://[^\s\"')]+", path.read_text("utf-8")))
        assert found <= {"http://www.w3.org/2000/svg"}, path.name


def test_a_wheel_ships_every_file():
    """The patterns of package data in pyproject.toml match all of the page's files."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]
    shipped = {path for pattern in data["service"] for path in (ROOT / "service").glob(pattern)}
    assert {path for path in shipped if STATIC in path.parents} == set(STATIC.iterdir())


@pytest.mark.parametrize("path", ["/", "/page/main.js", "/page/strings.json", "/page/base.css"])
def test_files_are_fetched_again_only_when_changed(client, path):
    """Browsers ask each time, and by the ETag hear that nothing has changed."""
    with client.get(path) as first:
        assert first.status_code == 200
        assert "no-cache" in first.headers["Cache-Control"]
        etag = first.headers["ETag"]
    with client.get(path, headers={"If-None-Match": etag}) as again:
        assert (again.status_code, again.data) == (304, b"")


def test_an_unknown_file_is_a_problem(client):
    """Below /page/ too, errors have the one body."""
    answer = client.get("/page/../api.py")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_the_example_shows_what_the_page_can_do():
    """All themes stand in it, a paragraph with two, one without any, and one to review."""
    tags = [Tagger.load().tag(line) for line in (STATIC / "example.txt").read_text("utf-8").splitlines()]
    assert {key for tag in tags for key in tag.themes} == set(tags[0].scores)
    assert any(len(tag.themes) > 1 for tag in tags)
    assert any(tag.review for tag in tags)
    assert any(not tag.themes and not tag.review for tag in tags)
