"""A real service, started as a user starts it, on a free port of loopback."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

THEMETAG = Path(sys.executable).parent / "themetag"
TEXT = "村民领取企业年金"


class Live:
    """A running service and ways to talk to it."""

    def __init__(self, process, log):
        self.process = process
        self.said = process.stdout.readline()
        self.port = int(self.said.rstrip().rpartition(":")[2])
        self._log = log

    def call(self, method, path, body=None, headers=None):
        """Status, headers and body of an answer, on a connection of its own."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, body, {"content-type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def tag(self, text=TEXT, **headers):
        """Status and value of the answer for one paragraph."""
        status, _, body = self.call("POST", "/v1/tag", json.dumps({"paragraphs": [text]}).encode(), headers)
        return status, json.loads(body)

    def connect(self):
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def exchange(self, data):
        """All that comes back for these bytes until the service closes."""
        with self.connect() as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            return connection.makefile("rb").read()

    def workers(self):
        """The ids of the worker processes."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text("ascii")
        return [int(child) for child in children.split()]

    def log(self):
        """The lines of the log so far."""
        return [json.loads(line) for line in self._log.read_text("utf-8").splitlines()]

    @staticmethod
    def wait_until(done, seconds=20):
        """Wait until `done()`, and fail if it never is."""
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.05)

    def wait_for(self, event):
        """Wait until an event whose text has `event` is in the log."""
        self.wait_until(lambda: any(event in line.get("event", "") for line in self.log()))


@contextlib.contextmanager
def live(bundle, log, *options, env=None):
    """A service with two workers; it must end well."""
    command = [THEMETAG, "serve", "--port", "0", "--workers", "2", "--bundle", bundle, *options]
    environment = {**os.environ, **(env or {})}
    with (
        log.open("w") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment) as process,
    ):
        try:
            yield Live(process, log)
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(60)
        assert code == 0
        assert process.stdout.read() == ""


@pytest.fixture(scope="module")
def service(tiny_folder, tmp_path_factory):
    """A service that the tests of a module share."""
    with live(tiny_folder, tmp_path_factory.mktemp("log") / "log") as running:
        yield running


@pytest.fixture
def start(tmp_path):
    """Starts a service of a test's own."""
    return lambda bundle, *options, **more: live(bundle, tmp_path / "log", *options, **more)
