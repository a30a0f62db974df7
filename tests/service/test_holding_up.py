"""Under load and abuse no answer is wrong and the service goes on. Load is bounded and stays on loopback."""

import json
import os
import random
import resource
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection, HTTPException

import pytest

from model.bundle import write_bundle

TEXT = "村民领取企业年金"
BODY = json.dumps({"paragraphs": [TEXT]}).encode()
HEAD = b"POST /v1/tag HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


@pytest.fixture
def right(tagger):
    """What every answer must say."""
    return [{"id": 0, **tagger.tag(TEXT).as_dict()}]


class Load:
    """Four callers, one call after another each, until told to stop; two of them keep their connection."""

    def __init__(self, service):
        self.service = service
        self.answers, self.broken, self.going = [], 0, True
        self._pool = ThreadPoolExecutor(4)

    def __enter__(self):
        self._running = [self._pool.submit(run) for run in [self._run, self._run_kept] * 2]
        self.more(20)
        return self

    def __exit__(self, *_):
        self.going = False
        self._pool.shutdown()
        for running in self._running:
            running.result()

    def _run(self):
        while self.going:
            try:
                self.answers.append(self.service.tag(TEXT))
            except (OSError, HTTPException):
                self.broken += 1

    def _run_kept(self):
        with closing(HTTPConnection("127.0.0.1", self.service.port, timeout=30)) as connection:
            while self.going:
                try:
                    connection.request("POST", "/v1/tag", BODY, {"content-type": "application/json"})
                    answer = connection.getresponse()
                    self.answers.append((answer.status, json.loads(answer.read())))
                except (OSError, HTTPException):
                    self.broken += 1
                    connection.close()

    def more(self, number):
        """Wait for so many more answers."""
        target = len(self.answers) + number
        self.service.wait_until(lambda: len(self.answers) >= target)

    def versions(self):
        """The versions that answered, in the order of their first answer."""
        return list(dict.fromkeys(value["model"]["version"] for _, value in self.answers))


def test_a_killed_worker_costs_its_own_calls_and_nothing_else(start, tiny_folder, right):
    """kill -9 of each worker under load: only the calls it held break off, every answer is right, new workers come."""
    with start(tiny_folder) as service, Load(service) as load:
        first = service.workers()
        for worker in first:
            os.kill(worker, signal.SIGKILL)
            load.more(50)
        service.wait_until(lambda: len(set(service.workers()) - set(first)) == 2)
        load.more(50)
    assert load.broken <= 2 * 4
    assert {status for status, _ in load.answers} == {200}
    assert all(value["paragraphs"] == right for _, value in load.answers)


def test_a_bundle_replaced_under_load_costs_no_call(start, bundle_copy, trained, right):
    """Between the old version and the new one no call fails, and each answer is of one of them."""
    with start(bundle_copy) as service, Load(service) as load:
        write_bundle(trained[0], bundle_copy, "2.0.0")
        load.more(50)
        service.process.send_signal(signal.SIGHUP)
        service.wait_until(lambda: len(load.versions()) == 2)
        service.wait_for("2.0.0+")
        load.more(50)
    assert load.broken == 0
    assert {status for status, _ in load.answers} == {200}
    assert [version.partition("+")[0] for version in load.versions()] == ["1.2.3", "2.0.0"]
    assert all(value["paragraphs"] == right for _, value in load.answers)


def test_clients_that_hang_up_or_dawdle_keep_nobody_waiting(service, right):
    """300 bodies that stop half-way, half of them hung up: others are answered, and a slow one at last, too."""
    with ExitStack() as stack:
        stuck = [stack.enter_context(service.connect()) for _ in range(300)]
        for connection in stuck:
            connection.sendall(HEAD % len(BODY) + BODY[:9])
        for connection in stuck[::2]:
            connection.close()
        for _ in range(10):
            assert service.tag(TEXT)[1]["paragraphs"] == right
        for byte in BODY[9:]:
            stuck[1].sendall(bytes([byte]))
            time.sleep(0.01)
        assert stuck[1].makefile("rb").readline() == b"HTTP/1.1 200 OK\r\n"


def test_a_body_that_never_comes_ends_in_a_problem(start, tiny_folder):
    """After body_timeout there is a 408 and the connection is given up."""
    with start(tiny_folder, "--body-timeout", "0.3") as service, service.connect() as connection:
        connection.sendall(HEAD % 100)
        answer = connection.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"urn:themetag:request-timeout" in answer


def test_a_thousand_connections(service, right):
    """A thousand open connections, silent at first, then all calling at once: each gets the answer or a 503."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2000:
        pytest.skip(f"this machine allows {hard} open files")
    with ExitStack() as stack:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2000), hard))
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        connections = [stack.enter_context(service.connect()) for _ in range(1000)]
        assert service.tag(TEXT)[1]["paragraphs"] == right
        for connection in connections:
            connection.sendall((HEAD % len(BODY)).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + BODY)
        assert service.call("GET", "/livez")[0] == 200
        answers = [connection.makefile("rb").read().partition(b"\r\n\r\n") for connection in connections]
    statuses = [int(head.split()[1]) for head, _, _ in answers]
    assert set(statuses) <= {200, 503}
    assert statuses.count(200) >= 128
    for status, (head, _, body) in zip(statuses, answers, strict=True):
        if status == 200:
            assert json.loads(body)["paragraphs"] == right
        else:
            assert b"Retry-After: 1" in head
    assert service.tag(TEXT)[0] == 200


def test_large_calls_wait_in_a_bounded_line_and_small_ones_pass_it(start, tiny_folder):
    """Ten large calls on two places: some are tagged, the rest get 503, and small calls are answered meanwhile."""
    large = json.dumps({"paragraphs": ["企业年金" * 4500] * 5}, ensure_ascii=False).encode()
    with start(tiny_folder, "--workers", "1", "--max-waiting", "3") as service, ThreadPoolExecutor(10) as pool:
        calls = [pool.submit(service.call, "POST", "/v1/tag", large) for _ in range(10)]
        probes = 0
        while not all(call.done() for call in calls):
            assert service.call("GET", "/readyz")[0] == 200
            probes += 1
        statuses = [call.result()[0] for call in calls]
        assert probes > 1
        assert set(statuses) == {200, 503}
        assert statuses.count(200) >= 3
        assert service.tag(TEXT)[0] == 200


def test_noise_on_the_socket_changes_nothing(service, right):
    """Two hundred connections of random bytes: each is refused or closed, and the next call is answered rightly."""
    noise = random.Random(7)
    for _ in range(200):
        answer = service.exchange(noise.randbytes(noise.randrange(1, 3000)) + b"\r\n\r\n")
        assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), answer[:80]
    assert service.tag(TEXT)[1]["paragraphs"] == right
