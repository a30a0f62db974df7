"""The real service under gunicorn, started as a user starts it: start, reload, stop, and what comes over the wire."""

import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from model.bundle import write_bundle

THEMETAG = Path(sys.executable).parent / "themetag"
TEXT = "村民领取企业年金"


def test_says_in_one_line_where_it_serves_and_is_ready_by_then(service):
    """The first line has the address; readiness holds from that moment."""
    assert re.fullmatch(r"themetag 1\.2\.3\+\w{8} serves on http://127\.0\.0\.1:\d+\n", service.said)
    assert service.call("GET", "/readyz")[0] == 200


def test_tags_as_python_does(service, tagger):
    """A worker's answer is the tagger's."""
    assert service.tag(TEXT)[1]["paragraphs"] == [{"id": 0, **tagger.tag(TEXT).as_dict()}]


def head(*lines):
    return "\r\n".join(["POST /v1/tag HTTP/1.1", "Host: x", "Content-Type: application/json", *lines, "", ""]).encode()


CHUNKED = head("Transfer-Encoding: chunked", "Connection: close")


@pytest.mark.parametrize(
    ("data", "status", "type"),
    [
        (CHUNKED + b"zz\r\nnonsense", 400, "bad-request"),
        (CHUNKED + b"900000\r\n" + b" " * 0x900000 + b"\r\n0\r\n\r\n", 413, "body-too-large"),
        (head("Content-Length: 50", "Connection: close") + b'{"paragraphs"', 400, "bad-request"),
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, "uri-too-long"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 9000 + b"\r\n\r\n", 431, "headers-too-large"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "bad-request"),
        (b"TAG /v1/tag\r\n\r\n", 400, "bad-request"),
        (head("Content-Length: many"), 400, "bad-request"),
        (head("Transfer-Encoding: rot13"), 501, "not-implemented"),
        (head("Content-Length: 100001", "Connection: close") + b"[" * 100_001, 400, "not-json"),
        (head("Content-Length: 12", "Connection: close") + b'{"a": "\xff\xfe"}\n', 400, "not-json"),
    ],
)
def test_what_is_no_request_is_a_problem(service, data, status, type):
    """Bad chunks, broken bodies, over-long lines and bytes that are no HTTP get the one error body and all headers."""
    answer = service.exchange(data)
    begin, _, body = answer.partition(b"\r\n\r\n")
    assert f" {status} ".encode() in begin.splitlines()[0]
    assert json.loads(body)["type"] == f"urn:themetag:{type}"
    assert b"application/problem+json" in begin
    assert b"Content-Security-Policy: default-src 'self'" in begin


def test_a_body_of_fifty_megabytes_is_refused_with_an_answer(service):
    """The client may send all of it and still reads why it is refused."""
    status, _, body = service.call("POST", "/v1/tag", b"x" * 50_000_000)
    assert status == 413
    assert json.loads(body)["limit"] == 8_388_608


def test_garbage_leaves_no_text_in_the_log(service):
    """Bytes that are no request are not repeated in the log."""
    service.exchange(b"SECRET-PARAGRAPH \x00\r\n\r\n")
    service.exchange(head("Content-Length: 9", "Connection: close") + "秘密".encode())
    service.tag("村民领取企业年金 SECRET-PARAGRAPH")
    assert "SECRET" not in json.dumps(service.log())
    assert "秘密" not in json.dumps(service.log(), ensure_ascii=False)


def test_each_request_is_a_line_of_json(service):
    """The line has the caller's id, the route and how many paragraphs were tagged."""
    service.tag(TEXT, **{"X-Request-ID": "nightly-7"})
    service.wait_until(lambda: any(line.get("request") == "nightly-7" for line in service.log()))
    (line,) = [line for line in service.log() if line.get("request") == "nightly-7"]
    assert set(line) == {"time", "request", "method", "route", "status", "ms", "paragraphs"}
    assert (line["method"], line["route"], line["status"], line["paragraphs"]) == ("POST", "/v1/tag", 200, 1)


def test_a_taken_port_is_told_in_a_sentence(service, tiny_folder):
    """A second service on the port says so and ends."""
    command = [THEMETAG, "serve", "--port", str(service.port), "--bundle", tiny_folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        f"Error: cannot serve on 127.0.0.1:{service.port}: address already in use; choose another --host or --port\n"
    )


def test_a_public_address_needs_keys_or_a_word(tiny_folder):
    """Nobody serves everybody by accident."""
    command = [THEMETAG, "serve", "--host", "0.0.0.0", "--port", "0", "--bundle", tiny_folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "themetag key" in done.stderr
    assert "--open" in done.stderr


def test_a_new_bundle_is_taken_up_and_a_broken_one_refused(start, bundle_copy, trained):
    """SIGHUP brings what stands at the path now: another version, or a line of log while the old one goes on."""
    with start(bundle_copy) as service:
        old = service.tag(TEXT)[1]["model"]["version"]
        write_bundle(trained[0], bundle_copy, "2.0.0")
        service.process.send_signal(signal.SIGHUP)
        service.wait_until(lambda: service.tag(TEXT)[1]["model"]["version"].startswith("2.0.0+"))
        service.wait_until(lambda: len(service.workers()) == 2)
        assert {service.tag(TEXT)[1]["model"]["version"] for _ in range(20)} == {old.replace("1.2.3", "2.0.0")}
        shutil.rmtree(bundle_copy)
        service.process.send_signal(signal.SIGHUP)
        service.wait_for("the new bundle is refused, the old one goes on: no bundle in")
        assert service.tag(TEXT)[1]["model"]["version"].startswith("2.0.0+")


def test_a_stop_is_announced_and_running_calls_end(start, tiny_folder):
    """After SIGTERM the service is unready and still tags, and what it is tagging at the end is answered."""
    with start(tiny_folder, "--drain", "1.5") as service, service.connect() as slow:
        slow.sendall(head("Content-Length: 27"))
        service.process.send_signal(signal.SIGTERM)
        service.wait_until(lambda: service.call("GET", "/readyz")[0] == 503)
        assert json.loads(service.call("GET", "/readyz")[2])["type"] == "urn:themetag:stopping"
        assert service.call("GET", "/livez")[0] == 200
        assert service.tag(TEXT)[0] == 200
        service.wait_until(lambda: refuses(service))
        slow.sendall(b'{"paragraphs": ["pension"]}')
        assert slow.makefile("rb").readline() == b"HTTP/1.1 200 OK\r\n"


def refuses(service):
    try:
        service.connect().close()
    except ConnectionError:
        return True
    return False
