"""How much of a bare Flask route's speed the service keeps, and what it costs to start and to hold.

usage: python tests/bench/serving.py [RESULTS.json]

The bare route parses the same request and writes the same JSON as POST /v1/tag, under the same gunicorn worker. Both
run at once, with a process each, and are asked in turns (A/B/A/B) by wrk, from Debian; medians are shown. Machines are
noisy: trust the ratios, not the rates. Results go to build/bench/serving.json unless another file is named.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

from model import Tagger

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "build" / "bench" / "serving.json"
THEMETAG = Path(sys.executable).parent / "themetag"
WORKERS, CONNECTIONS, SECONDS, ROUNDS = 1, 8, 2, 7
PART = "支行为村里的茶农发放贷款三十万元，柜员还劝住一位正要给骗子转账的老人，并向商户讲解存款保险。"
TEXT = (PART * 3)[:120]
SCRIPT = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [==[%s]==]
"""
BARE = "--bare"


def bare(answer: str) -> None:
    """Serve a route that only parses and answers, under the service's worker."""
    from flask import Flask, Response, request
    from gunicorn.app.base import BaseApplication
    from gunicorn.workers.ggevent import GeventWorker

    from service.worker import Worker

    app, value = Flask("bare"), json.loads(answer)

    @app.post("/v1/tag")
    def route():
        json.loads(request.get_data())
        return Response(json.dumps(value, ensure_ascii=False), mimetype="application/json")

    class BareWorker(Worker):
        _body_timeout = 30
        load_wsgi = GeventWorker.load_wsgi

    class Server(BaseApplication):
        def load_config(self):
            options = {"bind": "127.0.0.1:0", "workers": WORKERS, "worker_class": BareWorker, "preload_app": True}
            options |= {"loglevel": "error", "control_socket_disable": True, "when_ready": self.announce}
            for name, option in options.items():
                self.cfg.set(name, option)

        def announce(self, arbiter):
            print(f"http://127.0.0.1:{arbiter.LISTENERS[0].sock.getsockname()[1]}", flush=True)

        def load(self):
            return app

    Server().run()


@contextlib.contextmanager
def running(*command):
    """A server, and its address."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        yield process.stdout.readline().split()[-1], process
        process.send_signal(signal.SIGTERM)


def service(workers=WORKERS):
    return running(str(THEMETAG), "serve", "--port", "0", "--workers", str(workers))


def post(address: str, body: str) -> str:
    request = urllib.request.Request(f"{address}/v1/tag", body.encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read().decode()


def workers_of(process) -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii")
    return [int(child) for child in children.split()]


def processor_seconds(worker: int) -> float:
    fields = Path(f"/proc/{worker}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Measured(NamedTuple):
    """What one round of load gave.

    :ivar late: milliseconds that 99 of 100 requests stay under.
    :ivar work: milliseconds of the worker's processor time a request, which the load of the machine moves least.
    """

    rate: float
    late: float
    work: float


def load(address: str, worker: int, body: str) -> Measured:
    """Ask for SECONDS as fast as it answers."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % body)
        script.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", "-s", script.name]
        before = processor_seconds(worker)
        said = subprocess.run([*command, f"{address}/v1/tag"], capture_output=True, text=True, check=True).stdout
        work = processor_seconds(worker) - before
    assert "Non-2xx" not in said, said
    late, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
    requests = int(re.search(r"(\d+) requests in", said)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    return Measured(rate, float(late) * {"us": 0.001, "ms": 1, "s": 1000}[unit], 1000 * work / requests)


def rates() -> dict[str, float]:
    """The ways to call, in turns."""
    bodies = {
        "one": json.dumps({"paragraphs": [TEXT]}, ensure_ascii=False),
        "evidence": json.dumps({"paragraphs": [TEXT], "evidence": True}, ensure_ascii=False),
        "many": json.dumps({"paragraphs": [TEXT] * 64}, ensure_ascii=False),
    }
    found: dict[str, list[Measured]] = {}
    with contextlib.ExitStack() as stack:
        address, process = stack.enter_context(service())
        answers = {name: post(address, body) for name, body in bodies.items()}  # the worker is there by then
        ways = {name: (address, workers_of(process)[0], body) for name, body in bodies.items()}
        for name in ("one", "evidence"):
            other, process = stack.enter_context(running(sys.executable, __file__, BARE, answers[name]))
            post(other, bodies[name])
            ways[f"bare {name}"] = (other, workers_of(process)[0], bodies[name])
        for _ in range(ROUNDS):
            for name, way in ways.items():
                found.setdefault(name, []).append(load(*way))
    return {
        "requests/s of a bare route": statistics.median(one.rate for one in found["bare one"]),
        "requests/s of POST /v1/tag": statistics.median(one.rate for one in found["one"]),
        "  of the bare route's": ratio(found, "one", "bare one", "rate"),
        "  by processor time": ratio(found, "bare one", "one", "work"),
        "  p99, times the bare route's": ratio(found, "one", "bare one", "late"),
        "with evidence, of the bare route's": ratio(found, "evidence", "bare evidence", "rate"),
        "  evidence by processor time": ratio(found, "bare evidence", "evidence", "work"),
        "paragraphs/s, 64 a call, times one a call": 64 * ratio(found, "many", "one", "rate"),
        "  64 a call by processor time": 64 * ratio(found, "one", "many", "work"),
    }


def ratio(found: dict[str, list[Measured]], name: str, beside: str, what: str) -> float:
    """The median over rounds of the ratio within a round: what else the machine did then hit both."""
    pairs = zip(found[name], found[beside], strict=True)
    return statistics.median(getattr(one, what) / getattr(other, what) for one, other in pairs)


def start_and_memory() -> dict[str, float]:
    """Seconds from the command to its first answer, and private megabytes of the second worker after some calls."""
    seconds = []
    for _ in range(5):
        begin = time.perf_counter()
        with service(2) as (address, process):
            urllib.request.urlopen(f"{address}/readyz", timeout=10).close()
            seconds.append(time.perf_counter() - begin)
            for _ in range(300):
                post(address, json.dumps({"paragraphs": [TEXT], "evidence": True}))
            text = Path(f"/proc/{workers_of(process)[1]}/smaps_rollup").read_text("ascii")
            private = sum(int(size) for size in re.findall(r"Private_\w+:\s+(\d+) kB", text)) / 1000
    return {"seconds from command to ready": statistics.median(seconds), "private MB of the second worker": private}


def main(results: Path) -> None:
    """Measure, print and write."""
    if not shutil.which("wrk"):
        sys.exit("serving.py needs wrk: apt-get install wrk")
    figures = start_and_memory() | rates()
    for name, value in figures.items():
        print(f"{name:<48} {value:>10.2f}")
    results.parent.mkdir(parents=True, exist_ok=True)
    results.write_text(json.dumps({"model": Tagger.load().version, **figures}, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == [BARE]:
        bare(sys.argv[2])
    else:
        main(Path(sys.argv[1]) if len(sys.argv) > 1 else RESULTS)
