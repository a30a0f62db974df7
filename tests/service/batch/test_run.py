"""Runs by parts: resumed after any stop to the very same bytes, never mixed, never two at once."""

import csv
import gzip
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import fsspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from model import Tagger
from service.app import create_app
from service.batch.errors import BatchError
from service.batch.parts import cut, whole
from service.batch.readers import Reading, records
from service.batch.run import Order
from service.batch.run import run as run_order
from service.batch.sources import files_of
from service.batch.workers import Workers

BOTH = "小麦丰收，玉米亩产也高，收成好，村民领取企业年金。"
PLAIN = "分行召开会议，部署对公存款工作。"


def rows_of(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def archive(path, rows=300):
    texts = (BOTH, "大厅里老人领取企业年金。", PLAIN)
    lines = [json.dumps({"id": f"r{n}", "text": f"{texts[n % 3]}{n}"}, ensure_ascii=False) for n in range(rows)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.fixture
def order(tiny_folder):
    """Runs an order of small parts: `order(source, output, …)`."""
    tagger = Tagger.load(tiny_folder)

    def call(source, output, jobs=1, tell=lambda _: None, **options):
        given = {"bundle": str(tiny_folder), "part_bytes": 2000, **options}
        return run_order(Order(str(source), str(output), **given), tagger, Workers(jobs), lambda *_: tell)

    return call


class KilledError(Exception):
    """Stands for the end of the process."""


def killing(after):
    """Ends the run once so many parts are told."""
    told = []

    def tell(tally):
        told.append(tally)
        if len(told) >= after:
            raise KilledError

    return tell


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out.csv", "out.parquet"])
def test_a_run_that_was_stopped_ends_as_one_that_was_not(order, tmp_path, name):
    """What is done is skipped, and the output is the same to the byte."""
    source = archive(tmp_path / "in.jsonl")
    whole = tmp_path / f"whole-{name}"
    parts = order(source, whole).parts
    for after in (1, 2):
        with pytest.raises(KilledError):
            order(source, tmp_path / name, tell=killing(after))
        assert not (tmp_path / name).exists()
    outcome = order(source, tmp_path / name)
    assert (outcome.parts, outcome.resumed) == (parts, 3)
    assert (tmp_path / name).read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["in.jsonl", name, whole.name])


def test_parts_do_not_show_in_the_output(order, tmp_path):
    """Ids, order and the one model are those of a run in one piece."""
    source = archive(tmp_path / "in.jsonl")
    order(source, tmp_path / "cut.jsonl")
    order(source, tmp_path / "whole.jsonl", part_bytes=1 << 30)
    assert (tmp_path / "cut.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert [row["id"] for row in rows_of(tmp_path / "cut.jsonl")] == [f"r{n}" for n in range(300)]


def test_processes_give_the_same_bytes_as_one(order, tmp_path):
    """Through joblib, whichever process tagged which part."""
    source = archive(tmp_path / "in.jsonl")
    order(source, tmp_path / "one.jsonl")
    order(source, tmp_path / "two.jsonl", jobs=2)
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda source, _: archive(source, 301), "begun with another input:"),
        (lambda _, options: options.update(lines=True, part_bytes=4000), "begun with another option:"),
        (lambda _, options: options.update(bundle="other"), "begun with another bundle:"),
    ],
)
def test_another_run_does_not_mix_with_an_old_one(order, tmp_path, monkeypatch, spoil, message):
    """It is told what differs, and what is done stays."""
    source, options = archive(tmp_path / "in.jsonl"), {}
    with pytest.raises(KilledError):
        order(source, tmp_path / "out.jsonl", tell=killing(1))
    spoil(source, options)
    if options.pop("bundle", None):
        monkeypatch.setattr(Tagger, "digest", "another")
    with pytest.raises(BatchError, match=message):
        order(source, tmp_path / "out.jsonl", **options)
    assert (tmp_path / "out.jsonl.parts" / "part-000000.jsonl").exists()


def test_a_second_run_at_once_is_refused(order, tmp_path):
    """The first one's process and host are named."""
    source = archive(tmp_path / "in.jsonl")

    def second(_):
        with pytest.raises(BatchError, match=f"process {os.getpid()} on .* is at work on"):
            order(source, tmp_path / "out.jsonl")

    order(source, tmp_path / "out.jsonl", tell=second)
    assert len(rows_of(tmp_path / "out.jsonl")) == 300


def test_a_lock_of_a_process_that_is_gone_is_taken_over(order, tmp_path):
    """Nobody has to remove anything after kill -9."""
    source = archive(tmp_path / "in.jsonl")
    with pytest.raises(KilledError):
        order(source, tmp_path / "out.jsonl", tell=killing(1))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    lock = tmp_path / "out.jsonl.parts" / "_themetag" / "lock"
    lock.write_text(json.dumps({"host": os.uname().nodename, "pid": gone.pid, "run": "x"}), "utf-8")
    order(source, tmp_path / "out.jsonl")
    assert len(rows_of(tmp_path / "out.jsonl")) == 300


def test_a_lock_of_another_host_is_respected(order, tmp_path):
    """Whether that process lives cannot be seen from here."""
    source = archive(tmp_path / "in.jsonl")
    lock = tmp_path / "out.jsonl.parts" / "_themetag" / "lock"
    lock.parent.mkdir(parents=True)
    lock.write_text(json.dumps({"host": "elsewhere", "pid": 1, "run": "x"}), "utf-8")
    with pytest.raises(BatchError, match=r"process 1 on elsewhere is at work on .*; if it is not, remove "):
        order(source, tmp_path / "out.jsonl")


def test_a_full_disk_stops_the_run_and_it_goes_on_later(order, tmp_path, monkeypatch):
    """The error is told, no piece is half written, and the next call ends with the same bytes."""
    from service.batch import writers

    source = archive(tmp_path / "in.jsonl")
    order(source, tmp_path / "whole.jsonl")
    write, calls = writers.WRITERS["jsonl"], []

    def full(out, rows, target):
        calls.append(1)
        if len(calls) > 2:
            out.write(b'{"id": ')
            raise OSError(28, "No space left on device", "part")
        write(out, rows, target)

    with monkeypatch.context() as patched:
        patched.setitem(writers.WRITERS, "jsonl", full)
        with pytest.raises(OSError, match="No space left"):
            order(source, tmp_path / "out.jsonl")
    assert order(source, tmp_path / "out.jsonl").resumed == 2
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_a_run_killed_for_real_ends_as_one_that_was_not(tiny_folder, tmp_path):
    """kill -9 three times, at any moment; then the output is that of an undisturbed run, byte for byte."""
    archive(tmp_path / "in.jsonl", 3000)
    code = (
        "import sys; from model import Tagger; from service.batch.run import Order, run;"
        "from service.batch.workers import Workers;"
        "order = Order('in.jsonl', sys.argv[1], sys.argv[2], part_bytes=10000);"
        "run(order, Tagger.load(sys.argv[2]), Workers(1), lambda *_: lambda tally: print(tally.part, flush=True))"
    )
    root = Path(__file__).parents[3]

    def start(name):
        return subprocess.Popen(
            [sys.executable, "-c", code, name, tiny_folder],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(root)},
            stdout=-1,
        )

    for parts in (3, 1, 2):
        with start("out.jsonl") as process:
            for _ in range(parts):
                assert process.stdout.readline()
            process.send_signal(signal.SIGKILL)
    for name in ("out.jsonl", "whole.jsonl"):
        with start(name) as process:
            process.stdout.read()
        assert process.returncode == 0
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert len(rows_of(tmp_path / "out.jsonl")) == 3000


def test_a_folder_becomes_one_file_or_a_folder(order, tmp_path):
    """Rows say their file; a folder of parts has the model in each, and calling again does nothing more."""
    (tmp_path / "news" / "2024").mkdir(parents=True)
    archive(tmp_path / "news" / "a.jsonl", 40)
    (tmp_path / "news" / "2024" / "b.csv.gz").write_bytes(gzip.compress(f"text\n{BOTH}\n".encode()))
    (tmp_path / "news" / "c.md").write_text(f"# 丰收时节\n\n{BOTH}\n", "utf-8")
    (tmp_path / "news" / "x.log").write_text("log", "utf-8")
    (tmp_path / "news" / "_SUCCESS").write_text("", "utf-8")
    outcome = order(tmp_path / "news", tmp_path / "out.jsonl")
    assert outcome.warnings == ["x.log: is of no format that is read"]
    rows = rows_of(tmp_path / "out.jsonl")
    assert [row["file"] for row in rows] == ["2024/b.csv.gz", *["a.jsonl"] * 40, "c.md", "c.md"]
    assert [row.get("kind") for row in rows[-2:]] == ["title", "body"]
    assert sum("model" in row for row in rows) == 1
    for _ in range(2):
        outcome = order(tmp_path / "news", f"{tmp_path}/tagged.parquet/")
    assert outcome.resumed == outcome.parts > 3
    table = parquet.read_table(tmp_path / "tagged.parquet")
    assert table.num_rows == len(rows)
    assert table.column("pension").to_pylist() == [
        int("pension" in row["themes"]) if "themes" in row else None for row in rows
    ]
    order(tmp_path / "news" / "*.jsonl", f"{tmp_path}/tagged/")
    pieces = sorted((tmp_path / "tagged").glob("part-*.jsonl"))
    assert all("model" in rows_of(piece)[0] for piece in pieces)
    assert sum(len(rows_of(piece)) for piece in pieces) == 40


def test_one_broken_file_of_many_is_told_and_the_rest_is_done(order, tmp_path):
    """It is named with the cause; and it is tried again when the run into a folder is called again."""
    (tmp_path / "news").mkdir()
    archive(tmp_path / "news" / "a.jsonl", 30)
    (tmp_path / "news" / "b.parquet").write_bytes(b"junk")
    for _ in range(2):
        outcome = order(tmp_path / "news", f"{tmp_path}/out/")
        assert [failure.partition(":")[0] for failure in outcome.failures] == ["b.parquet"]
    assert (outcome.tally.rows, outcome.resumed, outcome.parts) == (30, outcome.parts - 1, outcome.parts)


@pytest.mark.parametrize("name", ["out", "out.parquet", "out.csv.gz"])
def test_a_piece_that_is_gone_is_made_again(order, tmp_path, name):
    """A part is done only while its rows are there."""
    source = archive(tmp_path / "in.jsonl")
    order(source, f"{tmp_path}/{name}/")
    first, second, *_ = sorted((tmp_path / name).glob("part-*"))
    before = second.read_bytes()
    second.unlink()
    outcome = order(source, f"{tmp_path}/{name}/")
    assert outcome.resumed == outcome.parts - 1
    assert second.read_bytes() == before
    assert first.exists()


def test_a_pattern_of_one_file_is_another_run_than_the_file(order, tmp_path, monkeypatch):
    """Rows of the one say their file, those of the other do not: they are not mixed."""
    monkeypatch.chdir(tmp_path)
    archive(tmp_path / "in.jsonl")
    with pytest.raises(KilledError):
        order("in.jsonl", "out.jsonl", tell=killing(1))
    with pytest.raises(BatchError, match="begun with another option:"):
        order("in*.jsonl", "out.jsonl")


def test_what_is_in_the_way_is_left_alone(order, tmp_path):
    """A folder of the user's own is no output, nor is a place within the input."""
    (tmp_path / "mine").mkdir()
    source = archive(tmp_path / "mine" / "in.jsonl", 3)
    with pytest.raises(BatchError, match="mine is there and is no output of themetag"):
        order(archive(tmp_path / "in.jsonl", 3), f"{tmp_path}/mine/")
    with pytest.raises(BatchError, match="lies in the input"):
        order(tmp_path / "mine", tmp_path / "mine" / "out.jsonl")
    with pytest.raises(BatchError, match="lies in the input"):
        order(tmp_path / "mine" / "*.jsonl", source)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["in.jsonl"]


def test_addresses_are_read_and_written(order, tmp_path):
    """What fsspec can open is an input and an output; here a file system in memory."""
    source = archive(tmp_path / "in.jsonl", 50)
    memory = fsspec.filesystem("memory")
    memory.pipe("/lake/in/a.jsonl", source.read_bytes())
    try:
        order("memory://lake/in", "memory://lake/out.jsonl")
        order("memory://lake/in", "memory://lake/tagged/")
        order(source, tmp_path / "out.jsonl")
        rows = [json.loads(line) for line in memory.cat("/lake/out.jsonl").splitlines()]
        assert memory.find("/lake") == sorted(
            memory.find("/lake/in") + memory.find("/lake/tagged") + ["/lake/out.jsonl"]
        )
    finally:
        memory.rm("/lake", recursive=True)
    assert [row.pop("file") for row in rows] == ["a.jsonl"] * 50
    assert rows == rows_of(tmp_path / "out.jsonl")
    with pytest.raises(BatchError, match="nowhere://x: Protocol not known: nowhere"):
        order("nowhere://x", tmp_path / "out.jsonl")


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30) | st.just("\n\n"), max_size=30),
    size=st.integers(1, 300),
    kind=st.sampled_from(["in.jsonl", "in.csv"]),
)
def test_parts_are_the_whole_file_cut_between_rows(tmp_path_factory, texts, size, kind):
    """No row is lost, doubled or broken, wherever the cuts fall, and each part knows its first index and line."""
    path = tmp_path_factory.mktemp("cut") / kind
    if kind == "in.jsonl":
        lines = [json.dumps(text, ensure_ascii=False) if text.strip() else text for text in texts]
        path.write_text("\n".join(lines), "utf-8")
    else:
        text = io.StringIO()
        csv.writer(text).writerows([["text", "n"], *([item, n] for n, item in enumerate(texts))])
        path.write_bytes(text.getvalue().encode())
    (file,), _ = files_of(str(path))
    parts = cut(file, size)
    found = [record for part in parts for record in records(part, Reading(), print)]
    assert found == list(records(whole(file), Reading(), print))
    assert sum(part.size for part in parts) == file.size


def test_the_same_row_has_the_same_bits_everywhere(order, tmp_path, tagger):
    """REST, batch and Python agree to the last digit, whatever stands beside the row."""
    source = archive(tmp_path / "in.jsonl", 200)
    order(source, tmp_path / "out.jsonl", part_bytes=3000)
    items = rows_of(source)
    client = create_app(tagger).test_client()
    answers = client.post("/v1/tag", json={"paragraphs": items}).json["paragraphs"]
    for row, item, answer in zip(rows_of(tmp_path / "out.jsonl"), items, answers, strict=True):
        row.pop("model", None)
        assert row == {**item, **tagger.tag(item["text"]).as_dict()} == {**item, **answer}
