"""The documents say what the code does."""

import json
import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from model import Tagger
from service.app import create_app
from service.cli import main
from service.examples import EXAMPLES
from service.problems import PROBLEMS
from service.schemas import Limits, TagAnswer, TagRequest
from service.settings import PREFIX, Settings
from service.tensors import InferAnswer, InferRequest

ROOT = Path(__file__).parent.parent
READMES = ["README.md", "README.zh-CN.md"]


def read(name):
    return (ROOT / name).read_text("utf-8")


def test_every_setting_stands_with_its_default_and_meaning():
    """The table of settings is that of the program, row by row."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = {(): "none", None: "the one `make model` built"}.get(field.default, str(field.default).lower())
        rows.append(f"| `{name}` | {default} | {field.description} |")
    assert "\n".join(["| setting | default | |", "|---|---|---|", *rows, ""]) in read("docs/running.md")


def test_every_metric_stands():
    """What /metrics shows is explained, and nothing else."""
    families = text_string_to_metric_families(create_app(Tagger.load()).test_client().get("/metrics").text)
    shown = {family.name for family in families if not family.name.endswith("_created")}
    told = re.findall(r"^\| `(themetag_\w+?)(?:_total)?[`{]", read("docs/running.md"), re.MULTILINE)
    assert set(told) == shown


@pytest.mark.parametrize("name", READMES)
def test_every_command_stands(name):
    """No command is missing, none is invented."""
    listed = re.search(r"`themetag serve`[,、][^\n]*", read(name))[0]
    assert {*re.findall(r"`(?:themetag )?(\w+)`", listed)} == set(main.commands)


def test_every_route_stands(app):
    """No route is missing in docs/http.md, none is invented."""
    routes = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule) for rule in app.url_map.iter_rules()}
    assert set(re.findall(r"`(?:GET|POST) (/[^` ]*)`", read("docs/http.md"))) == routes


def test_every_problem_stands_with_its_status():
    """The table of errors is the table of the code, in its order of status."""
    listed = re.findall(r"^\| `([\w-]+)` \| (\d{3}) \|", read("docs/http.md"), re.MULTILINE)
    assert {type: int(status) for type, status in listed} == {type: status for type, (status, _) in PROBLEMS.items()}
    assert [status for _, status in listed] == sorted(status for _, status in listed)


def test_every_limit_stands_with_its_setting():
    """Each limit of /v1/model has its setting, its default and a problem."""
    for name in Limits.model_fields:
        start = f"| `{name}` | `{PREFIX}{name.upper()}` | {Settings.model_fields[name].default} | `"
        assert read("docs/http.md").partition(start)[2].partition("`")[0] in PROBLEMS


def test_the_examples_of_the_interface_are_those_of_its_description():
    """They are tested there: they are valid, and answered as shown."""
    shown = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", read("docs/http.md"), re.DOTALL)]
    assert shown == [EXAMPLES[model] for model in (TagRequest, TagAnswer, InferRequest, InferAnswer)]


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
    pages = [f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")]
    documents = ["CONTRIBUTING.md", "CHANGELOG.md", "seeds/DATACARD.md", *pages]
    for name in [*READMES, *documents]:
        for target in re.findall(r"\]\((?!http)([^)#]+)", read(name)):
            assert ((ROOT / name).parent / target).exists(), f"{name}: {target}"


def test_no_host_stands_in_the_lock():
    """The lock holds names, versions and hashes only."""
    assert "://" not in read("requirements.lock")
    assert "--hash=sha256:" in read("requirements.lock")
