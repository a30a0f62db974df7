"""A run on a real Dask cluster: a scheduler and two workers, processes of their own on this machine."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from model import Tagger
from service.batch import workers as batch_workers
from service.batch.errors import BatchError
from service.batch.run import Order, run
from service.batch.workers import Workers

ROOT = Path(__file__).parents[3]
TEXTS = ("小麦丰收，玉米亩产也高，收成好，村民领取企业年金。", "大厅里老人领取企业年金。", "分行召开会议。")
ROWS = 4000
PART = 8000


def start(tmp_path, *arguments):
    """A process of the cluster, whose log nobody reads."""
    command = [sys.executable, "-W", "ignore", "-m", *arguments, "--no-dashboard"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@pytest.fixture
def cluster(tmp_path):
    """The scheduler's address and the two workers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    scheduler = ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2]]
    worker = ["distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1"]
    processes = [start(tmp_path, *scheduler), start(tmp_path, *worker), start(tmp_path, *worker)]
    try:
        yield address, processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.wait()


@pytest.mark.filterwarnings("ignore::ResourceWarning:distributed", "ignore::DeprecationWarning")
def test_a_cluster_that_loses_a_worker_tags_every_row_once(cluster, tiny_folder, tmp_path):
    """Both workers take part; one is killed on the way; the output is that of this machine alone, byte for byte."""
    address, workers = cluster
    lines = [json.dumps({"id": n, "text": f"{TEXTS[n % 3]}{n}"}, ensure_ascii=False) for n in range(ROWS)]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), "utf-8")
    tagger = Tagger.load(tiny_folder)
    told = []

    def tell(tally):
        told.append(tally.part)
        if len(told) == 5:
            workers[0].send_signal(signal.SIGKILL)

    def order(output):
        return Order(str(tmp_path / "in.jsonl"), str(tmp_path / output), str(tiny_folder), part_bytes=PART)

    outcome = run(order("out.jsonl"), tagger, Workers(dask=address), lambda *_: tell)
    assert outcome.parts > 20
    assert sorted(told) == list(range(outcome.parts))
    assert workers[0].wait() == -signal.SIGKILL
    assert workers[1].poll() is None
    run(order("here.jsonl"), tagger, Workers(), lambda *_: lambda _: None)
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == list(range(ROWS))
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "here.jsonl").read_bytes()


def test_no_scheduler_is_a_sentence(monkeypatch):
    """The address that does not answer is named."""
    monkeypatch.setattr(batch_workers, "PATIENCE", 1)
    with pytest.raises(BatchError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1"):
        list(Workers(dask="tcp://127.0.0.1:1").map([time.time], 1))
