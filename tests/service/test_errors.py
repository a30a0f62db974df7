"""Every error of every route has one shape, a stable type, and names what is at fault."""

import json

import pytest
from flask import abort

from service.app import create_app
from service.problems import PROBLEMS

ROUTES = ["/v1/tag", "/v1/documents", "/v1/themes", "/v1/model", "/livez", "/readyz"]


def assert_problem(answer, type):
    """The canonical error body, whatever the route."""
    status, title = PROBLEMS[type]
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.json["type"] == f"urn:themetag:{type}"
    assert answer.json["title"] == title
    assert answer.json["status"] == status
    assert answer.json["detail"]


def post(client, data, content_type="application/json"):
    return client.post("/v1/tag", data=data, content_type=content_type)


@pytest.mark.parametrize("route", [*ROUTES, "/", "/v1", "/v1/tag/", "/nowhere"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
def test_every_refusal_of_every_route_has_the_shape(client, route, method):
    """Unknown routes, wrong methods and empty bodies are all answered with a problem."""
    answer = client.open(route, method=method)
    if answer.status_code != 200:
        type = {
            404: "unknown-route",
            405: "method-not-allowed",
            415: "unsupported-media-type",
            422: "document-empty",
        }[answer.status_code]
        assert_problem(answer, type)
    else:
        assert method == "GET"


def test_wrong_method_names_the_right_ones(client):
    """405 carries Allow."""
    assert "POST" in client.get("/v1/tag").headers["Allow"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"paragraphs=x",
        b"\xff\xfe\x00",
        "绿".encode("gb18030"),
        b"[" * 100_000,
        b"[1e400]",
        b"[NaN]",
        b"9" * 5000,
        b'{"paragraphs": ["x"], "paragraphs": ["y"]}',
        b'{"paragraphs": [{"text": "x", "id": {"a": 1, "a": 1}}]}',
        b'{"paragraphs": ["\0"]}',
        b'{"paragraphs": ["\xed\xa0\x80"]}',
        b'{"paragraphs": ["x"], "thresholds": {"pension": Infinity}}',
        b'{"paragraphs": [{"text": "x", "id": ' + b"[" * 5000 + b"]" * 5000 + b"}]}",
    ],
)
def test_what_is_no_json_is_told(tagger, data):
    """Empty, broken, binary, of another encoding, nested without end, ambiguous."""
    assert_problem(post(create_app(tagger).test_client(), data), "not-json")


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_other_content_types_are_refused(client, content_type):
    """The body is JSON by its header too."""
    assert_problem(post(client, b'{"paragraphs": ["x"]}', content_type), "unsupported-media-type")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ([], ""),
        ("text", ""),
        (7, ""),
        ({}, "/paragraphs"),
        ({"paragraphs": "text"}, "/paragraphs"),
        ({"paragraphs": []}, "/paragraphs"),
        ({"paragraphs": {"0": "x"}}, "/paragraphs"),
        ({"paragraphs": ["x"], "themes": "pension"}, "/themes"),
        ({"paragraphs": ["x"], "themes": []}, "/themes"),
        ({"paragraphs": ["x"], "themes": ["pension", 1]}, "/themes/1"),
        ({"paragraphs": ["x"], "thresholds": [0.5]}, "/thresholds"),
        ({"paragraphs": ["x"], "thresholds": {"pension": "0.5"}}, "/thresholds/pension"),
        ({"paragraphs": ["x"], "thresholds": {"pension": 1.5}}, "/thresholds/pension"),
        ({"paragraphs": ["x"], "thresholds": {"a/b": 2}}, "/thresholds/a~1b"),
        ({"paragraphs": ["x"], "evidence": "yes"}, "/evidence"),
        ({"paragraphs": ["x"], "threshold": {"pension": 0.5}}, "/threshold"),
    ],
)
def test_wrong_shape_names_the_field(client, body, pointer):
    """A member of another type, a missing or an unknown one: the pointer leads to it."""
    answer = client.post("/v1/tag", json=body)
    assert_problem(answer, "invalid-request")
    assert answer.json["pointer"] == pointer


@pytest.mark.parametrize(
    ("member", "pointer"),
    [({"themes": ["pension", "grene"]}, "/themes/1"), ({"thresholds": {"grene": 0.5}}, "/thresholds/grene")],
)
def test_unknown_theme_is_named_with_the_known(client, member, pointer):
    """A typo in a theme is told with the themes there are."""
    answer = client.post("/v1/tag", json={"paragraphs": ["x"], **member})
    assert_problem(answer, "unknown-theme")
    assert "harvest, pension" in answer.json["detail"]
    assert answer.json["pointer"] == pointer


def test_too_many_paragraphs_name_the_limit(client):
    """One more than allowed is refused with the number that is."""
    answer = client.post("/v1/tag", json={"paragraphs": ["x"] * 5})
    assert_problem(answer, "too-many-paragraphs")
    assert answer.json["limit"] == 4
    assert "at most 4" in answer.json["detail"]


def test_too_large_a_body_is_refused(client):
    """Bytes beyond the limit are not parsed."""
    answer = post(client, b'{"paragraphs": ["' + b"x" * 4000 + b'"]}')
    assert_problem(answer, "body-too-large")
    assert answer.json["limit"] == 4000


def test_a_refusal_of_the_framework_carries_its_own_status(app):
    """A status without a type of its own stands in the body as in the answer."""
    app.add_url_rule("/teapot", "teapot", lambda: abort(418))
    answer = app.test_client().get("/teapot")
    assert answer.status_code == answer.json["status"] == 418


@pytest.mark.parametrize(
    ("item", "type"),
    [("", "paragraph-empty"), (5, "paragraph-not-text"), ({"text": "长" * 101}, "paragraph-too-long")],
)
def test_a_call_without_any_good_paragraph_is_a_problem(client, item, type):
    """Nothing was tagged: the status says so, and each paragraph still carries its error."""
    answer = client.post("/v1/tag", json={"paragraphs": [item, ""]})
    assert_problem(answer, type)
    assert answer.json["pointer"] == "/paragraphs/0"
    assert all("error" in paragraph for paragraph in answer.json["paragraphs"])


def test_a_limit_is_named_by_whatever_passes_it(tagger):
    """The limits that are shipped hold against a flood of tiny paragraphs, an endless one and a huge body."""
    client = create_app(tagger).test_client()
    for paragraphs, type, limit in (
        (["x"] * 100_000, "too-many-paragraphs", 1000),
        (["长" * 1_000_000], "paragraph-too-long", 20_000),
        (["长" * 3_000_000], "body-too-large", 8_388_608),
    ):
        answer = post(client, json.dumps({"paragraphs": paragraphs}, ensure_ascii=False).encode())
        assert_problem(answer, type)
        assert answer.json["limit"] == limit
        assert str(limit) in answer.json["detail"]


@pytest.mark.parametrize("depth", [100, 500, 900, 960, 1000])
def test_nesting_is_answered_or_refused(client, depth):
    """However deep the caller's id is: what can be read can be written."""
    answer = post(client, b'{"paragraphs": [{"text": "x", "id": ' + b"[" * depth + b"]" * depth + b"}]}")
    if answer.status_code != 200:
        assert_problem(answer, "not-json")


def test_long_names_are_not_sent_back_whole(tagger):
    """A message repeats the start of what the caller sent, never all of it."""
    client = create_app(tagger).test_client()
    for body in ({"paragraphs": ["x"], "themes": ["x" * 9000]}, {"paragraphs": ["x"], "y" * 9000: 1}):
        assert len(client.post("/v1/tag", json=body).data) < 600


def test_unforeseen_failure_shows_nothing_of_itself(app, caplog):
    """A defect becomes a 500 of the same shape; what happened is in the log only."""
    app.extensions["tagger"] = None
    answer = app.test_client().get("/v1/themes")
    assert_problem(answer, "internal-error")
    assert "NoneType" not in answer.text
    assert "NoneType" in caplog.text
