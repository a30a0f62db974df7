"""Whole documents over HTTP and on the command line."""

import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from model.document import Paragraph, read_document
from model.document.places import Placed
from service.app import create_app
from service.cli import main
from service.documents import tag_paragraphs
from service.paragraphs import Wishes, tag_items
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


@pytest.mark.parametrize("name", ["a.html", "a.md", "a.pdf", "a", "../../a.docx"])
def test_the_name_of_a_file_decides_nothing(client, name):
    """The content says what a document is; the bare bytes have no name."""
    assert post(client, PAGE.encode(), name).json == post(client, PAGE.encode()).json


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
        assert answer.json.get("limit") == {"document-too-large": 9000, "too-many-paragraphs": 4}.get(type)
    assert type == "too-many-paragraphs" or answer.json["detail"].startswith("news.bin: ")


def test_far_too_large_a_body_is_not_read(client):
    """Beyond the limit and a form's wrapping the body is refused unread."""
    for answer in (post(client, b"x" * 100_000), post(client, b"x" * 100_000, "a.txt")):
        assert (answer.status_code, answer.json["type"]) == (413, "urn:themetag:body-too-large")
        assert answer.json["limit"] == 9000 + 65536


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


def test_options_are_the_same_in_the_query_and_in_the_form(client, tagger):
    """Evidence, themes and thresholds as in POST /v1/tag, whatever way they come."""
    options = {"evidence": "true", "themes": "pension", "thresholds": "pension:0,harvest:1"}
    answer = client.post("/v1/documents", query_string=options, data=PAGE.encode()).json
    form = {"file": (io.BytesIO(PAGE.encode()), "a.pdf"), **options}
    assert client.post("/v1/documents", data=form, content_type="multipart/form-data").json == answer
    tags = tagger.tag(BOTH, themes=["pension"], thresholds={"pension": 0, "harvest": 1}, evidence=True)
    assert answer["paragraphs"][1]["evidence"][0]["text"] == tags.evidence[0].text
    assert [paragraph.get("themes") for paragraph in answer["paragraphs"]] == [None, ["pension"], ["pension"]]
    assert answer["summary"]["harvest"]["bodies"] == 0


@pytest.mark.parametrize(
    ("option", "value", "type"),
    [
        ("evidence", "yes", "invalid-request"),
        ("themes", "", "unknown-theme"),
        ("themes", "pension,grene", "unknown-theme"),
        ("thresholds", "pension", "invalid-request"),
        ("thresholds", "pension:x", "invalid-request"),
        ("thresholds", "pension:nan", "invalid-request"),
        ("thresholds", "pension:2", "invalid-request"),
        ("thresholds", "pension:0.1,pension:0.2", "invalid-request"),
        ("thresholds", "grene:0.1", "unknown-theme"),
        ("format", "pdf", "invalid-request"),
    ],
)
def test_a_wrong_option_is_named(client, option, value, type):
    """In the query and in the form."""
    form = {"file": (io.BytesIO(PAGE.encode()), "a.txt"), option: value}
    for call in ({"query_string": {option: value}, "data": b"x"}, {"data": form}):
        answer = client.post("/v1/documents", **call)
        assert (answer.status_code, answer.json["type"]) == (422, f"urn:themetag:{type}")
        assert answer.json["parameter"] == option


@pytest.mark.parametrize("type", ["application/x-www-form-urlencoded", "application/json", "text/html", "nonsense"])
def test_the_content_type_decides_nothing(client, type):
    """Whatever a client such as curl says of the bytes, they are the document."""
    data = f"evidence=yes&{PAGE}".encode()
    assert post(client, data, content_type=type).json == post(client, data).json
    assert post(client, data).status_code == 200


def test_a_broken_form_is_told(client):
    """No boundary, or an end too soon."""
    for type in ("multipart/form-data", "multipart/form-data; boundary=x"):
        answer = client.post("/v1/documents", data=b"--x\r\nContent-Disposition: form-data; n", content_type=type)
        assert answer.status_code in (400, 422)
        assert answer.json["detail"]


def test_an_option_given_twice_is_refused(client):
    """In the query, or in query and form."""
    form = {"file": (io.BytesIO(PAGE.encode()), "a.txt"), "evidence": "true"}
    for call in ({"data": b"x", "path": "/v1/documents?evidence=true&evidence=true"}, {"data": form}):
        answer = client.post(**{"path": "/v1/documents?evidence=false"} | call)
        assert answer.json["detail"] == "evidence is given 2 times"


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.iterdir()))
def test_read_prints_the_paragraphs(run, name):
    """A line a paragraph, as Python has it."""
    done = run("read", str(SAMPLES / name))
    assert (done.exit_code, done.stderr) == (0, "")
    document = read_document((SAMPLES / name).read_bytes(), name)
    assert rows(done.stdout) == [paragraph.as_dict() for paragraph in document.paragraphs]


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


GLOSSED = (
    "---\ntitle: 丰收\n---\n小麥(mài)豐收，**玉米**畝(mǔ)產\n"
    "也高&amp;好，村民領(lǐng)取[企業(yè)年金](//example.org/a)。\n"
)


@pytest.mark.parametrize(("data", "name"), [(PAGE, "news.txt"), (GLOSSED, "post.md"), (f"<p>{BOTH}</p>", "a.html")])
def test_evidence_leads_into_the_paragraph_and_into_the_source(tagger, data, name):
    """Both spans hold the words; in the source glosses, marks and line ends may stand between them."""
    document = read_document(data.encode(), name)
    rows = tag_paragraphs(tagger, document.paragraphs, Wishes(evidence=True, themes=["harvest", "pension"]))
    found = [(row, item) for row in rows for item in row.get("evidence", ())]
    assert found
    for row, item in found:
        assert row["text"][item["start"] : item["end"]] == item["text"]
        written = document.source[item["source_start"] : item["source_end"]]
        assert re.sub(r"\([a-zāáǎàǐèǔ]+\)|[*\s]", "", written) == item["text"]


def test_evidence_without_a_source_says_so(tagger):
    """PDF and DOCX have no text that an offset could point into."""
    paragraph = Paragraph(1, "body", Placed(BOTH), 1)
    (row,) = tag_paragraphs(tagger, [paragraph], Wishes(evidence=True))
    assert {(item["source_start"], item["source_end"]) for item in row["evidence"]} == {(None, None)}


@pytest.mark.parametrize("limit", [None, 30])
def test_bodies_tagged_together_have_the_answers_of_each_alone(tagger, limit):
    """The same tags and the same errors, in their places, whether one is too long or holds no text to the tagger."""
    texts = [BOTH, "长" * 31, PLAIN, "\u200b", BOTH, *[PLAIN] * 70]
    paragraphs = [Paragraph(n, "body", Placed(text), 1) for n, text in enumerate(texts, 1)]
    for some in (paragraphs, [paragraph for paragraph in paragraphs if paragraph.text != "\u200b"]):
        rows = tag_paragraphs(tagger, some, Wishes(max_characters=limit))
        for paragraph, row in zip(some, rows, strict=True):
            (answer,) = tag_items(tagger, [paragraph.text], Wishes(max_characters=limit))
            del answer["id"]
            assert row == paragraph.as_dict() | answer


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


@pytest.mark.parametrize("command", ["read", "tag"])
def test_a_huge_file_is_refused_unread(run, tmp_path, command):
    """Of 200 MB no more is read than shows that it is too large."""
    with (tmp_path / "news.txt").open("wb") as file:
        file.truncate(200_000_000)
    done = run(command, "news.txt", "-o", "out.jsonl")
    assert done.exit_code == 1
    assert done.stderr == "Error: news.txt: it has more than 16777216 bytes, the most that are read\n"
    assert not (tmp_path / "out.jsonl").exists()


def test_warnings_are_told_beside_the_paragraphs(run, tmp_path, tagger):
    """What was uncertain is on standard error, and in the answer over HTTP."""
    data = (PAGE * 20).encode() + b"\xff\n"
    (tmp_path / "news.txt").write_bytes(data)
    done = run("read", "news.txt")
    assert done.stderr.startswith("news.txt: 1 places are no utf-8")
    client = create_app(tagger, Settings()).test_client()
    assert post(client, data).json["warnings"][0].startswith("1 places are no utf-8")
