"""The documents say what the code does."""

import json
import re
from pathlib import Path

import pytest

from model import Tagger
from service.app import create_app
from service.cli import main
from service.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
READMES = ["README.md", "README.zh-CN.md"]


def read(name):
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("name", READMES)
def test_every_setting_stands_with_its_default(name):
    """A setting is in the README with its key and its default."""
    for key, field in Settings.model_fields.items():
        assert f"| `{PREFIX}{key.upper()}` | {field.default} |" in read(name)


@pytest.mark.parametrize("name", READMES)
def test_every_route_and_command_stands(name, app):
    """No route and no command is missing, none is invented."""
    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint != "page.static"}
    assert set(re.findall(r"(?:GET|POST) (/[\w/]*)", read(name))) == routes
    listed = re.search(r"`themetag serve`[^\n]*", read(name))[0]
    assert {*re.findall(r"`(?:themetag )?(\w+)`", listed)} == set(main.commands)


@pytest.mark.parametrize("name", READMES)
def test_the_call_in_the_readme_answers_as_shown(name):
    """The curl call's body gives the very answer that is printed below it."""
    body = json.loads(re.search(r"-d '(\{.*?\})'", read(name), re.DOTALL)[1])
    shown = json.loads(re.search(r"```json\n(.*?)```", read(name), re.DOTALL)[1])
    (given,) = create_app(Tagger.load()).test_client().post("/v1/tag", json=body).json["paragraphs"]
    assert shown["themes"] == given["themes"]
    assert shown["review"] == given["review"]
    assert shown["scores"] == pytest.approx(given["scores"], abs=0.05)
    assert {(e["theme"], e["text"]) for e in shown["evidence"]} <= {(e["theme"], e["text"]) for e in given["evidence"]}


def test_both_readmes_have_the_same_parts():
    """The Chinese one says the same: the same code blocks, tables and headings in number."""
    for pattern in (r"^## ", r"^```", r"^\|", r"^- "):
        counts = {len(re.findall(pattern, read(name), re.MULTILINE)) for name in READMES}
        assert len(counts) == 1, pattern


def test_every_make_target_is_explained():
    """Each phony target has its line of help."""
    phony = re.search(r"\.PHONY: (.*)", read("Makefile"))[1].split()
    assert set(phony) == set(re.findall(r"^(\w+):.*## ", read("Makefile"), re.MULTILINE))


def test_links_lead_somewhere():
    """Every relative link of a document is a file or a folder."""
    for name in [*READMES, "CONTRIBUTING.md", "CHANGELOG.md", "seeds/DATACARD.md"]:
        for target in re.findall(r"\]\((?!http)([^)#]+)", read(name)):
            assert ((ROOT / name).parent / target).exists(), f"{name}: {target}"


def test_no_host_stands_in_the_lock():
    """The lock holds names, versions and hashes only."""
    assert "http" not in read("requirements.lock")
    assert "--hash=sha256:" in read("requirements.lock")
