"""What every answer has: an id, the headers of security, a line of log."""

import json

import pytest
from flask import Response

from service.app import create_app

PATHS = ["/v1/themes", "/livez", "/metrics", "/nowhere"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_answer_has_the_headers_of_security(client, path, method):
    """Errors have them as well; nothing is open to other origins."""
    headers = client.open(path, method=method).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Access-Control-Allow-Origin" not in headers


def test_a_route_may_have_a_policy_of_its_own(app):
    """There is one policy in the answer then, the route's."""
    own = "default-src 'self'; worker-src blob:"
    app.add_url_rule("/own", "own", lambda: Response("", headers={"content-security-policy": own}))
    assert app.test_client().get("/own").headers.getlist("Content-Security-Policy") == [own]


def test_a_sane_id_is_kept_and_any_other_replaced(client):
    """What could break a line or a log is not repeated."""
    assert client.get("/livez", headers={"X-Request-ID": "night-7.a_b"}).headers["X-Request-ID"] == "night-7.a_b"
    for bad in ["", "a b", "x" * 65, 'a"b', "绿".encode().decode("latin-1")]:
        given = client.get("/livez", headers={"X-Request-ID": bad}).headers["X-Request-ID"]
        assert given != bad
        assert given.isalnum()
    assert client.get("/livez").headers["X-Request-ID"] != client.get("/livez").headers["X-Request-ID"]


def test_a_request_is_a_line_without_its_text(client, capfd):
    """Path, text and unknown names of the caller stay out; a failure has its line too."""
    client.post("/v1/tag", json={"paragraphs": ["SECRET 企业年金", "", "SECRET"]})
    client.get("/SECRET?text=SECRET")
    client.post("/v1/tag", json={"SECRET": 1})
    said = capfd.readouterr().err
    lines = [json.loads(line) for line in said.splitlines()]
    assert [(line["route"], line["status"], line["paragraphs"]) for line in lines] == [
        ("/v1/tag", 200, 2),
        ("unknown", 404, 0),
        ("/v1/tag", 422, 0),
    ]
    assert "SECRET" not in said


def test_lines_can_be_switched_off(tagger, app, capfd):
    """access_log=false leaves the events only."""
    settings = app.extensions["settings"].model_copy(update={"access_log": False})
    create_app(tagger, settings).test_client().get("/livez")
    assert capfd.readouterr().err == ""


def test_a_service_about_to_stop_is_not_ready_but_answers(app):
    """Only readiness changes."""
    app.extensions["front"].stopping = lambda: True
    client = app.test_client()
    assert client.get("/readyz").status_code == 503
    assert client.get("/readyz").json["type"] == "urn:themetag:stopping"
    assert client.get("/livez").status_code == 200
    assert client.post("/v1/tag", json={"paragraphs": ["pension"]}).status_code == 200
