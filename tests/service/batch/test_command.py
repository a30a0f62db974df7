"""What `themetag tag` says: progress, the summary, and where things do not go together."""

import csv
import io
import json
import shutil
import subprocess
import sys
import time
import types

import pytest
from click.testing import CliRunner

from model import Tagger
from service.batch.progress import Progress
from service.batch.tally import Tally
from service.batch.written import written_rows
from service.cli import main

BOTH = "小麦丰收，玉米亩产也高，收成好，村民领取企业年金。"
PLAIN = "分行召开会议，部署对公存款工作。"


@pytest.fixture
def run(tiny_folder, monkeypatch, tmp_path):
    monkeypatch.setenv("THEMETAG_BUNDLE", str(tiny_folder))
    monkeypatch.chdir(tmp_path)
    lines = [json.dumps({"text": text, "day": "2024-03-01"}) for text in (BOTH, PLAIN, PLAIN, "")]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), "utf-8")
    return lambda *arguments, **options: CliRunner().invoke(main, ["tag", *arguments], **options)


def test_the_end_tells_what_came_of_it(run):
    """Rows, each theme with its share of the tagged rows, what has none, what to look at, errors, seconds."""
    done = run("in.jsonl", "-o", "out.jsonl")
    counts = {line[:18].strip(): line[18:].split() for line in done.stderr.splitlines()[:8]}
    assert counts["rows"] == ["4"]
    assert counts["tagged"] == ["3"]
    assert counts["harvest"] == counts["pension"] == ["1", "33.3%"]
    assert counts["without a theme"] == ["2", "66.7%"]
    assert counts["errors"] == ["1"]
    assert "seconds" in counts
    assert "in.jsonl: line 4: the paragraph has no text" in done.stderr
    assert run("in.jsonl", "-o", "out.jsonl", "--quiet").stderr.startswith("in.jsonl: line 4: ")


def test_a_terminal_has_a_bar_and_a_log_a_line_now_and_then(tagger, monkeypatch):
    """Both with rows a second, the share of each theme so far, and errors."""
    tally = Tally(rows=10, tagged=9, errors=1, bytes=600, themes={"pension": 3})
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", terminal)
    bar = Progress(tagger.themes, quiet=False)
    bar.begin(1000, Tally())(tally)
    bar.end()
    assert "rows/s, harvest 0% pension 33%, 1 errors" in terminal.getvalue()
    assert "60%" in terminal.getvalue()
    monkeypatch.setattr(sys, "stderr", log := io.StringIO())
    clock = iter([0.0, 1.0, 40.0, 41.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    lines = Progress(tagger.themes, quiet=False).begin(3000, Tally())
    for _ in range(3):
        lines(tally)
    assert log.getvalue() == "40% of 0 MB, 0 rows/s, harvest 0% pension 33%, 2 errors\n"


def test_standard_input_is_answered_line_by_line(tiny_folder):
    """A line is answered before the next one is awaited."""
    command = [sys.executable, "-c", "from service.cli import main; main()", "tag", "-", "--bundle", str(tiny_folder)]
    with subprocess.Popen(command, stdin=-1, stdout=-1) as process:
        for n in range(3):
            process.stdin.write(b'"%d"\n' % n)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == n
        process.stdin.close()
    assert process.returncode == 0


def test_files_are_streamed_to_standard_output(run, tmp_path, tagger):
    """Without --output the rows of all files are printed, as they would be written."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text(f"text\n{BOTH}\n", "utf-8")
    (tmp_path / "in" / "b.jsonl.gz").write_bytes(b"junk")
    done = run("in")
    assert json.loads(done.stdout)["file"] == "a.csv"
    assert json.loads(done.stdout)["model"]["digest"] == tagger.digest
    assert "b.jsonl.gz: Not a gzipped file" in done.stderr
    assert done.exit_code == 1


def test_a_stream_may_be_lines_and_be_packed(run, tmp_path):
    """--lines holds for standard input too, and the ending of the output says how it is packed."""
    assert run("-", "--lines", "-o", "out.jsonl.gz", input=f"{BOTH}\n\n{PLAIN}").exit_code == 0
    rows = list(written_rows([str(tmp_path / "out.jsonl.gz")], "jsonl", "gzip", []))
    assert [row["text"] for row in rows] == [BOTH, PLAIN]


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.tsv.gz", "out.parquet", "out/", "out.parquet/"])
def test_a_report_is_made_of_what_was_written(run, monkeypatch, name, tagger):
    """The rows of any format as JSONL has them, with the themes, the model and the column of the date."""
    given = []
    module = types.ModuleType("service.batch.report")
    module.write_report = lambda *arguments: given.extend([*arguments[:1], list(arguments[1]), *arguments[2:]])
    monkeypatch.setitem(sys.modules, "service.batch.report", module)
    run("in.jsonl", "-o", name, "--evidence", "--report", "r.html", "--date-column", "day")
    target, rows, themes, model, date_column, source = given
    assert (str(target), date_column, source) == ("r.html", "day", "in.jsonl")
    assert (list(themes), model["digest"]) == (list(tagger.themes), tagger.digest)
    tags = tagger.tag(BOTH, evidence=True).as_dict()
    assert {key: rows[0][key] for key in tags} == json.loads(json.dumps(tags))
    assert [row["day"] for row in rows] == ["2024-03-01"] * 4
    assert (rows[1]["themes"], rows[3]["error"]["detail"]) == ([], "the paragraph has no text")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["in.jsonl", "--report", "r.html"], "a report needs --output"),
        (["in.jsonl", "--dask", "tcp://127.0.0.1:1"], "a cluster needs files to read and --output to write"),
        (["in.jsonl", "-o", "o.csv", "--date-column", "day"], "only a --report has dates"),
        (["-", "-o", "o.csv"], "a stream is written as JSONL, 'o.csv' is none"),
        (
            ["in.jsonl", "-o", "o.xlsx"],
            "'o.xlsx' is none of .jsonl, .ndjson, .json, .csv, .tsv, .parquet, .pq, .gz, .zst",
        ),
        (["in.jsonl", "-o", "o.parquet.gz"], "'o.parquet.gz' is none of "),
        (["*.csv", "-o", "o.csv"], "*.csv: there is no file to tag"),
    ],
)
def test_what_does_not_go_together_is_refused(run, tmp_path, arguments, message):
    """A sentence, and nothing is written."""
    done = run(*arguments)
    assert done.exit_code in (1, 2)
    assert message in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


@pytest.mark.parametrize(
    ("input", "output", "report", "message"),
    [
        ("in.jsonl", "o.jsonl", "no/r.html", "there is no folder 'no'"),
        ("in.jsonl", "o.jsonl", "in.jsonl", "'in.jsonl' is the input or lies in it: name another place"),
        ("*.jsonl", "o.csv", "in.jsonl", "'in.jsonl' is the input or lies in it"),
        ("in.jsonl", "o.jsonl", "o.jsonl", "'o.jsonl' is the output or lies in it"),
        ("news", "o.jsonl", "news/r.html", "'news/r.html' is the input or lies in it"),
        ("in.jsonl", "news/", "news/r.html", "'news/r.html' is the output or lies in it"),
    ],
)
def test_a_report_takes_the_place_of_nothing_that_matters(run, tmp_path, input, output, report, message):
    """Where it cannot be, or would be in the way, is said before anything is tagged."""
    (tmp_path / "news").mkdir()
    before = (tmp_path / "in.jsonl").read_bytes()
    done = run(input, "-o", output, "--report", report)
    assert done.exit_code == 2
    assert message in done.stderr
    assert (tmp_path / "in.jsonl").read_bytes() == before
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["in.jsonl", "news"]


def test_a_run_that_goes_on_says_what_was_done_before(run):
    """Of a run that was not begun before nothing of the kind is said."""
    assert "done before" not in run("in.jsonl", "-o", "out/").stderr
    assert "1 of 1 parts were done before" in run("in.jsonl", "-o", "out/").stderr


def test_one_process_loads_the_bundle_once(run, monkeypatch, tmp_path, tiny_folder):
    """The tagger of the command is the one that tags."""
    load, loaded = Tagger.load, []
    shutil.copytree(tiny_folder, tmp_path / "bundle")  # which no other test has had loaded
    monkeypatch.setattr(Tagger, "load", lambda bundle: loaded.append(bundle) or load(bundle))
    assert "rows" in run("in.jsonl", "-o", "out.jsonl", "--jobs", "1", "--bundle", "bundle").stderr
    assert len(loaded) == 1


@pytest.mark.parametrize("name", ["out.csv", "out.tsv"])
def test_a_report_reads_fields_of_any_length(run, tmp_path, name):
    """Also those that Python's csv refuses unless it is told otherwise."""
    limit = csv.field_size_limit(131_072)
    try:
        (tmp_path / "in.jsonl").write_text(json.dumps({"text": PLAIN, "note": "注" * 200_000}), "utf-8")
        done = run("in.jsonl", "-o", name, "--report", "r.html")
    finally:
        csv.field_size_limit(limit)
    assert done.exit_code == 0, done.output
    assert PLAIN in (tmp_path / "r.html").read_text("utf-8")


@pytest.mark.parametrize(("package", "name"), [("pyarrow", "a.parquet"), ("openpyxl", "a.xlsx")])
def test_a_missing_extra_is_named(run, tmp_path, monkeypatch, package, name):
    """What to install stands in the message."""
    monkeypatch.setitem(sys.modules, package, None)
    (tmp_path / name).write_bytes(b"x")
    done = run(name, "-o", "out.jsonl")
    assert done.exit_code == 1
    assert "install themetag[archive]" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "in.jsonl"])
    assert "Traceback" not in done.stderr
