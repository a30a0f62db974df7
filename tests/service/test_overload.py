"""A bounded number of calls waits; the next is refused at once, and probes are not."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Event

import pytest

from service.app import create_app
from service.settings import Settings

BODY = b'{"paragraphs": ["pension"]}'


def post(app, body=BODY, content_type="application/json"):
    return app.test_client().post("/v1/tag", data=body, content_type=content_type)


@pytest.fixture
def held(tagger):
    """An application of which every call waits until it is let go."""
    app = create_app(tagger, Settings(max_waiting=2, max_waiting_bytes=100, max_bytes=1_000_000))
    app.let_go, app.waiting = Event(), []

    def pause():
        app.waiting.append(1)
        app.let_go.wait(20)

    app.extensions["gate"].pause = pause
    return app


def wait_for(app, number):
    while len(app.waiting) < number:
        app.let_go.wait(0.01)


def test_beyond_the_last_place_there_is_a_503_at_once(held):
    """The refusal says when to come again; probes and reading routes are answered; the waiting calls are, too."""
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(post, held) for _ in range(2)]
        wait_for(held, 2)
        refused = post(held)
        assert refused.status_code == 503
        assert refused.headers["Retry-After"] == "1"
        assert refused.json["type"] == "urn:themetag:overloaded"
        for path in ("/livez", "/readyz", "/metrics", "/v1/themes"):
            assert held.test_client().get(path).status_code == 200
        held.let_go.set()
        assert [call.result().status_code for call in waiting] == [200, 200]
    assert post(held).status_code == 200


def test_many_bytes_count_as_many_calls(held):
    """Bodies beyond the bound are refused while others wait, and taken when none does."""
    large = b'{"paragraphs": ["' + b"x" * 200 + b'"]}'
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(post, held)
        wait_for(held, 1)
        assert post(held, large).status_code == 503
        held.let_go.set()
        assert waiting.result().status_code == 200
    assert post(held, large).status_code == 200


def test_a_failed_call_gives_its_place_back(held):
    """Errors of every kind leave no place taken."""
    held.let_go.set()
    for body in (b"", b"{", b'{"paragraphs": []}', b"x" * 1_000_001):
        for _ in range(4):
            assert post(held, body).status_code in (400, 413, 422)
    assert post(held).status_code == 200


def test_large_calls_and_documents_are_tagged_apart(tagger):
    """What takes long does not hold up the loop."""
    app = create_app(tagger)
    apart = []
    app.extensions["gate"].apart = lambda run: apart.append(1) or run()
    assert post(app).status_code == 200
    assert apart == []
    long = '{"paragraphs": ["' + "企业年金" * 5000 + '"]}'
    assert post(app, long.encode()).status_code == 200
    assert app.test_client().post("/v1/documents", data="企业年金。", content_type="text/plain").status_code == 200
    assert apart == [1, 1]


def test_a_body_that_fills_a_temporary_file_is_read_whole(tagger):
    """Beyond what is held in memory nothing is lost."""
    app = create_app(tagger)
    answer = post(app, b'{"paragraphs": ["pension"], "evidence": false' + b" " * 1_000_000 + b"}")
    assert answer.status_code == 200


def test_a_document_is_read_apart_whatever_it_is_sent_as(tagger):
    """A small PDF may take seconds: its content type does not bring it into the loop."""
    app = create_app(tagger)
    apart = []
    app.extensions["gate"].apart = lambda run: apart.append(1) or run()
    answer = app.test_client().post("/v1/documents", data="企业年金。", content_type="application/json")
    assert answer.status_code == 200
    assert apart == [1]


class Slow(BytesIO):
    """A body that comes when it is let go, after it was waited for."""

    def __init__(self, data, app):
        super().__init__(data)
        self.app = app

    def read(self, size=-1):
        self.app.waiting.append(1)
        self.app.let_go.wait(20)
        return super().read(size)


def test_only_so_many_bytes_of_large_bodies_are_on_their_way(held):
    """The next large one is refused before it is read; a small one and one of another route are not."""
    large = b'{"paragraphs": ["' + b"x" * 50_000 + b'"]}'

    def send():
        stream = {"input_stream": Slow(large, held), "content_length": len(large)}
        return held.test_client().post("/v1/tag", content_type="application/json", **stream)

    with ThreadPoolExecutor(2) as pool:
        coming = pool.submit(send)
        wait_for(held, 1)
        assert post(held, large).status_code == 503
        assert held.test_client().post("/nowhere", data=large).status_code == 404
        small = pool.submit(post, held)
        wait_for(held, 2)
        held.let_go.set()
        assert small.result().status_code == 200
        assert coming.result().status_code in (422, 503)  # too long a paragraph, or the small one still waits
    assert post(held, large).status_code == 422
