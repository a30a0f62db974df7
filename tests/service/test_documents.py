"""Whole documents over HTTP and on the command line."""

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from model.document import read_document
from service.app import create_app
from service.cli import main
from service.problems import PROBLEMS
from service.settings import Settings

SAMPLES = Path(__file__).parents[2] / "seeds" / "documents"
BOTH = "小麦丰收，玉米亩产也高，收成好，村民领取企业年金。"
PLAIN = "分行召开会议，部署对公存款工作。"
PAGE = f"丰收时节\n\n{BOTH}\n\n{PLAIN}\n"


@pytest.fixture
def run(tiny_folder, monkeypatch, tmp_path):
    """Runs the command with the tiny bundle, in a folder of its own."""
    monkeypatch.setenv("THEMETAG_BUNDLE", str(tiny_folder))
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, list(arguments))


def rows(text):
    return [json.loads(line) for line in text.splitlines()]


def post(client, data, name=None, **options):
    if name is not None:
        options["content_type"], data = "multipart/form-data", {"file": (io.BytesIO(data), name)}
    return client.post("/v1/documents", data=data, **options)


def test_a_document_is_answered_with_its_paragraphs_and_their_tags(client, tagger):
    """Bodies carry the tags of Python, the rest only what they are and where they stand."""
    answer = post(client, PAGE.encode()).json
    assert answer["model"] == {"version": tagger.version, "digest": tagger.digest}
    assert (answer["format"], answer["warnings"]) == ("text", [])
    title, both, plain = answer["paragraphs"]
    assert title == {"n": 1, "kind": "title", "text": "丰收时节", "start": 0, "end": 4, "article": 1}
    place = {"n": 2, "kind": "body", "text": BOTH, "start": 6, "end": 6 + len(BOTH), "article": 1}
    assert both == place | tagger.tag(BOTH).as_dict()
    assert plain["themes"] == []


def test_the_summary_counts_bodies_and_characters(client):
    """For each theme the number and share of the bodies that have it, and of their characters."""
    share = round(len(BOTH) / len(BOTH + PLAIN), 6)
    counted = {"bodies": 1, "share_of_bodies": 0.5, "characters": len(BOTH), "share_of_characters": share}
    assert post(client, PAGE.encode()).json["summary"] == {"harvest": counted, "pension": counted}


def test_articles_say_where_they_begin(tagger):
    """Each has its number, its title and the number of its first paragraph."""
    client = create_app(tagger).test_client()
    assert post(client, (SAMPLES / "newspaper.txt").read_bytes()).json["articles"] == [
        {"article": 1, "title": "山城农商行把服务送到果园", "paragraph": 1},
        {"article": 2, "title": "柜台前的十分钟", "paragraph": 9},
    ]


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.iterdir()))
def test_every_sample_is_the_same_as_body_and_as_file(tagger, name):
    """A form with one file and the bare bytes give one answer."""
    client, data = create_app(tagger).test_client(), (SAMPLES / name).read_bytes()
    answer = post(client, data)
    assert answer.status_code == 200, answer.text
    assert post(client, data, name).json == answer.json


@pytest.mark.parametrize(
    ("data", "type"),
    [
        (b"", "document-empty"),
        (b"<html></html>", "document-no-text"),
        (b"\x00\x01" * 500, "document-undecodable"),
        (b"%PDF-1.7", "document-broken"),
        (b"PK\x03\x04", "document-broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "document-unsupported"),
        (b"x" * 9001, "document-too-large"),
        ("一句话，说完就完。\n".encode() * 5, "too-many-paragraphs"),
    ],
)
def test_what_cannot_be_read_is_a_problem_naming_the_file(client, data, type):
    """The same problem for a body and for a file, with the file's name."""
    for answer in (post(client, data), post(client, data, "news.bin")):
        assert answer.status_code == PROBLEMS[type][0], answer.text
        assert answer.json["type"] == f"urn:themetag:{type}"
    assert type == "too-many-paragraphs" or answer.json["detail"].startswith("news.bin: ")


def test_far_too_large_a_body_is_not_read(client):
    """Beyond the limit and a form's wrapping the body is refused unread."""
    for answer in (post(client, b"x" * 100_000), post(client, b"x" * 100_000, "a.txt")):
        assert (answer.status_code, answer.json["type"]) == (413, "urn:themetag:body-too-large")


def test_a_form_holds_one_file(client):
    """None or two are a problem that says how many there are."""
    files = {name: (io.BytesIO(PAGE.encode()), name) for name in ("a.txt", "b.txt")}
    for form, count in (({}, 0), (files, 2)):
        answer = client.post("/v1/documents", data=form, content_type="multipart/form-data")
        assert (answer.status_code, answer.json["type"]) == (422, "urn:themetag:invalid-request")
        assert f"this one has {count}" in answer.json["detail"]


def test_too_long_a_body_spoils_no_other(client):
    """It carries its error in its place and is not counted."""
    answer = post(client, f"{'长' * 101}。\n\n{BOTH}\n".encode()).json
    assert answer["paragraphs"][0]["error"]["type"] == "urn:themetag:paragraph-too-long"
    assert answer["summary"]["pension"]["share_of_bodies"] == 1


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.iterdir()))
def test_read_prints_the_paragraphs(run, name):
    """A line a paragraph, as Python has it."""
    done = run("read", str(SAMPLES / name))
    assert (done.exit_code, done.stderr) == (0, "")
    document = read_document((SAMPLES / name).read_bytes(), name)
    assert rows(done.stdout) == [vars(paragraph) for paragraph in document.paragraphs]


def test_tag_tags_the_bodies_of_a_document(run, tmp_path, tagger):
    """The rows of `read`, with tags where they are body; the first names the model."""
    (tmp_path / "news.txt").write_text(PAGE, "utf-8")
    done = run("tag", "news.txt", "-o", "out.jsonl", "--evidence", "--quiet")
    assert (done.exit_code, done.output) == (0, "")
    title, both, _ = rows((tmp_path / "out.jsonl").read_text("utf-8"))
    assert title.pop("model") == {"version": tagger.version, "digest": tagger.digest}
    assert "themes" not in title
    assert both["themes"] == tagger.tag(BOTH).themes
    assert all(both["text"][e["start"] : e["end"]] == e["text"] for e in both["evidence"])


@pytest.mark.parametrize("command", ["read", "tag"])
def test_a_document_that_cannot_be_read_writes_nothing(run, tmp_path, command):
    """A sentence with file and cause, exit code 1, and no output that could be taken for whole."""
    (tmp_path / "news.pdf").write_bytes(b"%PDF-1.7 broken")
    done = run(command, "news.pdf", "-o", "out.jsonl")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: news.pdf: the PDF is broken")
    assert [path.name for path in tmp_path.iterdir()] == ["news.pdf"]


def test_too_large_a_file_is_refused_by_the_setting(run, tmp_path, monkeypatch):
    """THEMETAG_MAX_DOCUMENT_BYTES holds for the command line too."""
    monkeypatch.setenv("THEMETAG_MAX_DOCUMENT_BYTES", "10")
    (tmp_path / "news.txt").write_text(PAGE, "utf-8")
    assert run("read", "news.txt").stderr == "Error: news.txt: it has more than 10 bytes, the most that are read\n"


def test_warnings_are_told_beside_the_paragraphs(run, tmp_path, tagger):
    """What was uncertain is on standard error, and in the answer over HTTP."""
    data = (PAGE * 20).encode() + b"\xff\n"
    (tmp_path / "news.txt").write_bytes(data)
    done = run("read", "news.txt")
    assert done.stderr.startswith("news.txt: 1 places are no utf-8")
    client = create_app(tagger, Settings()).test_client()
    assert post(client, data).json["warnings"][0].startswith("1 places are no utf-8")
