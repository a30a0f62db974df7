"""The real service under gunicorn, started as a user starts it."""

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

THEMETAG = Path(sys.executable).parent / "themetag"


@pytest.fixture(scope="module")
def service(tiny_folder):
    """The address of a service with two workers, and its process."""
    command = [THEMETAG, "serve", "--port", "0", "--workers", "2", "--bundle", tiny_folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        said = process.stdout.readline()
        yield said, process
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert process.stdout.read() == ""


def get(url, body=None):
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def test_says_in_one_line_where_it_serves_and_is_ready_by_then(service):
    """The first line has the address; readiness holds from that moment."""
    address = re.fullmatch(r"themetag 1\.2\.3\+\w{8} serves on (http://127\.0\.0\.1:\d+)\n", service[0])[1]
    assert get(f"{address}/readyz")["status"] == "ready"


def test_tags_as_python_does(service, tagger):
    """A worker's answer is the tagger's."""
    address = service[0].split()[-1]
    answer = get(f"{address}/v1/tag", json.dumps({"paragraphs": ["村民领取企业年金"]}).encode())
    assert answer["paragraphs"] == [{"id": 0, **tagger.tag("村民领取企业年金").as_dict()}]


@pytest.mark.parametrize(
    ("body", "status", "type"),
    [
        (b"zz\r\nnonsense", 400, "bad-request"),
        (b"900000\r\n" + b" " * 0x900000 + b"\r\n0\r\n\r\n", 413, "body-too-large"),
    ],
)
def test_a_bad_chunked_body_is_a_problem(service, body, status, type):
    """Bad chunks and a chunked body beyond the limit are told apart from bad JSON."""
    host, port = service[0].split("//")[1].split(":")
    head = b"POST /v1/tag HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(head + b"Connection: close\r\n\r\n" + body)
        answer = connection.makefile("rb").read()
    assert f" {status} ".encode() in answer.splitlines()[0]
    assert f"urn:themetag:{type}".encode() in answer


def test_a_taken_port_is_told_in_a_sentence(service, tiny_folder):
    """A second service on the port says so and ends."""
    port = service[0].rstrip().rpartition(":")[2]
    done = subprocess.run(
        [THEMETAG, "serve", "--port", port, "--bundle", tiny_folder], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == (
        f"Error: cannot serve on 127.0.0.1:{port}: address already in use; choose another --host or --port\n"
    )
