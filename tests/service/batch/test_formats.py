"""What is read and what is written: every format gives the same tags as Python."""

import csv
import datetime as dt
import gzip
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from service.batch.columns import Layout
from service.batch.storage import open_bytes, packed
from service.batch.writers import Target
from service.batch.written import written_rows
from service.cli import main

ROOT = Path(__file__).parents[3]
BOTH = "小麦丰收，玉米亩产也高，收成好，村民领取企业年金。"
PLAIN = "分行召开会议，部署对公存款工作。"
QUOTED = "村民说：\n“小麦丰收”。"
TABLE = [["编号", "正文", "日期"], ["a", BOTH, "2024-03-01"], ["b", QUOTED, "2024-04-01"], ["c", PLAIN, "2024-05-01"]]


@pytest.fixture
def run(tiny_folder, monkeypatch, tmp_path):
    """Runs `themetag tag` quietly with the tiny bundle, in a folder of its own."""
    monkeypatch.setenv("THEMETAG_BUNDLE", str(tiny_folder))
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, ["tag", "--quiet", *arguments])


def rows_of(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def csv_bytes(delimiter=",", encoding="utf-8"):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(TABLE)
    return text.getvalue().encode(encoding)


def excel_bytes():
    book = openpyxl.Workbook()
    book.active.title = "明细"
    for row in TABLE:
        book.active.append(row)
    book.create_sheet("说明").append(["备注"])
    book.create_sheet("空白")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def parquet_bytes():
    columns = dict(zip(TABLE[0], map(list, zip(*TABLE[1:], strict=True)), strict=True))
    target = io.BytesIO()
    parquet.write_table(pa.table(columns), target, row_group_size=2)
    return target.getvalue()


def compressed(data, compression):
    target = io.BytesIO()
    with packed(target, compression) as out:
        out.write(data)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", csv_bytes()),
        ("a.csv", csv_bytes(";")),
        ("a.csv", csv_bytes(encoding="utf-8-sig")),
        ("a.csv", csv_bytes(encoding="gb18030")),
        ("a.tsv", csv_bytes("\t", "utf-16")),
        ("a.csv.gz", compressed(csv_bytes(), "gzip")),
        ("a.csv.zst", compressed(csv_bytes(encoding="gb18030"), "zstd")),
        ("a.xlsx", excel_bytes()),
        ("a.parquet", parquet_bytes()),
    ],
)
def test_a_table_is_tagged_whatever_holds_it(run, tmp_path, tagger, name, data):
    """Text and id are columns by name; the other columns are carried through."""
    (tmp_path / name).write_bytes(data)
    done = run(name, "-o", "out.jsonl", "--text", "正文", "--id", "编号")
    assert done.exit_code == 0, done.output
    for row, (id, text, date) in zip(rows_of(tmp_path / "out.jsonl"), TABLE[1:], strict=True):
        row.pop("model", None)
        row.pop("sheet", None)
        assert row == {"id": id, "text": text, "日期": date, **tagger.tag(text).as_dict()}


def test_a_sheet_without_the_text_is_told(run, tmp_path):
    """Every sheet that has the column is read; one that holds something else is named."""
    (tmp_path / "a.xlsx").write_bytes(excel_bytes())
    assert run("a.xlsx", "-o", "out.jsonl", "--text", "正文").stderr == (
        "a.xlsx: sheet '说明' has no column '正文' and is passed over\n"
    )


@pytest.mark.parametrize(
    ("encoding", "ending"), [("utf-8", ".jsonl"), ("gb18030", ".jsonl"), ("utf-16", ".jsonl"), ("big5", ".jsonl.gz")]
)
def test_encodings_of_lines_are_told_apart(run, tmp_path, encoding, ending):
    """A file that is mostly not UTF-8 is read in the encoding that it is in."""
    text = "大廳裡老人領取企業年金。" if encoding == "big5" else BOTH
    data = (json.dumps({"text": text}, ensure_ascii=False) + "\n").encode(encoding) * (1 if encoding == "utf-16" else 9)
    (tmp_path / f"in{ending}").write_bytes(gzip.compress(data) if ending.endswith("gz") else data)
    assert run(f"in{ending}", "-o", "out.jsonl").exit_code == 0
    assert {row["text"] for row in rows_of(tmp_path / "out.jsonl")} == {text}


def test_a_text_file_may_hold_a_paragraph_a_line(run, tmp_path, tagger):
    """--lines says so; without it the file is a document."""
    (tmp_path / "in.txt").write_text(f"{BOTH}\r\n\r\n{PLAIN}", "utf-8")
    assert run("in.txt", "-o", "out.jsonl", "--lines").exit_code == 0
    first, second = rows_of(tmp_path / "out.jsonl")
    assert first["text"] == BOTH
    assert second == {"id": 1, "text": PLAIN, **tagger.tag(PLAIN).as_dict()}


@pytest.mark.parametrize("name", ["out.csv", "out.tsv", "out.csv.gz", "out.csv.zst"])
def test_flat_text_has_a_column_for_each_theme(run, tmp_path, tagger, name):
    """Lists, 0 or 1 a theme, scores, error and model; what the input has stays."""
    (tmp_path / "in.csv").write_bytes(csv_bytes() + b"d,  ,2024-06-01\n")
    assert run("in.csv", "-o", name, "--text", "正文", "--id", "编号").exit_code == 1
    compression = {"gz": "gzip", "st": "zstd"}.get(name[-2:])
    with open_bytes(str(tmp_path / name), compression) as file:
        text = io.StringIO(file.read().decode(), newline="")
    rows = list(csv.DictReader(text, delimiter="\t" if name.endswith("tsv") else ","))
    assert [row["text"] for row in rows[:3]] == [row[1] for row in TABLE[1:]]
    first, *_, last = rows
    tags = tagger.tag(BOTH)
    assert (first["id"], first["日期"], first["themes"]) == ("a", "2024-03-01", ";".join(tags.themes))
    assert [first[key] for key in tags.scores] == ["1" if key in tags.themes else "0" for key in tags.scores]
    assert {key: float(first[f"score_{key}"]) for key in tags.scores} == tags.scores
    assert (first["model_version"], first["model_digest"]) == (tagger.version, tagger.digest)
    assert (last["error"], last["themes"], last["pension"]) == ("the paragraph has no text", "", "")


def test_parquet_keeps_types_and_names_the_model(run, tmp_path, tagger):
    """Numbers stay numbers, themes are a list; version and digest are metadata of the file."""
    table = pa.table({"id": [7, 8], "text": [BOTH, None], "at": [dt.date(2024, 3, 1)] * 2, "green": [1.5, 2.0]})
    parquet.write_table(table, tmp_path / "in.parquet")
    assert run("in.parquet", "-o", "out.parquet", "--evidence").exit_code == 1
    read = parquet.read_table(tmp_path / "out.parquet")
    assert read.schema.metadata[b"themetag.version"].decode() == tagger.version
    assert read.schema.metadata[b"themetag.digest"].decode() == tagger.digest
    first, second = read.to_pylist()
    tags = tagger.tag(BOTH, evidence=True)
    assert (first["id"], first["at"], first["green"]) == (7, "2024-03-01", 1.5)
    assert (first["themes"], first["pension"], first["score_pension"]) == (tags.themes, 1, tags.scores["pension"])
    assert json.loads(first["evidence"]) == [item._asdict() for item in tags.evidence]
    assert second["error"] == '"text" is a string, this is null'


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.parquet"])
def test_nothing_becomes_an_output_without_rows(run, tmp_path, name):
    """A table without rows is no error."""
    parquet.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "in.parquet")
    parquet.ParquetWriter(tmp_path / "bare.parquet", pa.schema({"text": pa.string()})).close()
    for source in ("in.parquet", "bare.parquet"):
        assert run(source, "-o", name).exit_code == 0
        assert (tmp_path / name).exists()


def test_excel_becomes_parquet_with_ids_and_sheets(run, tmp_path):
    """Ids that are text stay text, and a row says its sheet."""
    (tmp_path / "in.xlsx").write_bytes(excel_bytes())
    assert run("in.xlsx", "-o", "out.parquet", "--text", "正文", "--id", "编号").exit_code == 0
    rows = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert [(row["id"], row["sheet"], row["日期"]) for row in rows] == [(row[0], "明细", row[2]) for row in TABLE[1:]]


def test_columns_of_one_name_are_told_apart(run, tmp_path):
    """The second gets a number; a column named like a theme or a tag is renamed where it would hide it."""
    (tmp_path / "in.csv").write_text(f"text,note,note,pension,file\n{PLAIN},a,b,yes,f\n", "utf-8")
    assert run("in.csv", "-o", "out.csv").exit_code == 0
    (row,) = csv.DictReader((tmp_path / "out.csv").read_text("utf-8").splitlines())
    assert [row[name] for name in ("note", "note_2", "input_pension", "pension", "file")] == ["a", "b", "yes", "0", "f"]


def test_what_jsonl_holds_beside_its_first_rows_is_not_lost(run, tmp_path):
    """A member that comes late stands in the column `other`; one that is named as a tag is renamed."""
    rows = [{"text": PLAIN, "themes": ["x"], "n": 1}] * 120 + [{"text": PLAIN, "late": True}]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert run("in.jsonl", "-o", "out.csv").exit_code == 0
    *_, last = read = list(csv.DictReader((tmp_path / "out.csv").read_text("utf-8").splitlines()))
    assert (read[0]["input_themes"], read[0]["n"], read[0]["other"]) == ("x", "1", "")
    assert (last["n"], json.loads(last["other"]), last["id"]) == ("", {"late": True}, "120")


@given(
    texts=st.lists(st.text(st.sampled_from("年金\r\n,;\t\"' \u2028\0"), max_size=8), min_size=1, max_size=9),
    format=st.sampled_from(["csv", "tsv"]),
)
def test_any_text_comes_back_from_a_table(tmp_path_factory, texts, format):
    """Line ends of every kind, quotes and delimiters in a field break no row, in one piece or joined of two."""
    folder = tmp_path_factory.mktemp("table")
    layout = Layout((("text", "string"), ("note", "string")), (), (), evidence=False, model=("1", "d"))
    rows = [{"text": f"{text}。", "note": text} for text in texts]
    piece, whole = str(folder / "piece"), str(folder / "whole")
    with Path(piece).open("wb") as out:
        Target(format, None, False, layout).write(out, rows)
    with Path(whole).open("wb") as out:
        Target(format, None, True, layout).join(out, [piece, piece])
    read = [(row["text"], row.get("note", "")) for row in written_rows([whole], format, None, [])]
    assert read == [(row["text"], row["note"]) for row in rows] * 2


def test_a_number_is_text_where_a_later_row_may_be_text(run, tmp_path):
    """Parquet says its kinds, JSONL does not: beside each other the column is text."""
    (tmp_path / "in").mkdir()
    parquet.write_table(pa.table({"text": [PLAIN], "x": [7]}), tmp_path / "in" / "a.parquet")
    rows = [{"text": PLAIN}] * 120 + [{"text": PLAIN, "x": "seven"}]
    (tmp_path / "in" / "b.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    done = run("in", "-o", "out.parquet")
    assert done.exit_code == 0, done.output
    read = parquet.read_table(tmp_path / "out.parquet").column("x").to_pylist()
    assert (read[0], read[1], read[-1]) == ("7", None, "seven")


def test_times_that_python_cannot_hold_are_kept_as_text(run, tmp_path):
    """A year of five digits is told as such, and the rows beside it as ever."""
    times = pa.array([1_709_251_200_000, 10**15], pa.timestamp("ms"))
    spans = pa.array([1, 10**17], pa.duration("s"))
    parquet.write_table(pa.table({"text": [PLAIN] * 2, "at": times, "took": spans}), tmp_path / "in.parquet")
    done = run("in.parquet", "-o", "out.jsonl")
    assert done.exit_code == 0, done.output
    first, second = rows_of(tmp_path / "out.jsonl")
    assert (first["at"], first["took"]) == ("2024-03-01T00:00:00", "0:00:01")
    assert (second["at"], second["took"]) == ("<value out of range: 1000000000000000>", "100000000000000000 s")


def test_nanoseconds_are_kept_without_pandas(tmp_path):
    """PyArrow alone has no object of Python for them; they stay, and read as a date."""
    code = (
        "import pyarrow as pa; from service.batch.tables import _values;"
        "print(_values(pa.array([1709251200000000001, None], pa.timestamp('ns'))),"
        "_values(pa.array([1000000001], pa.duration('ns'))))"
    )
    (tmp_path / "pandas.py").write_text("raise ImportError", "utf-8")
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert said.stdout == "['2024-03-01T00:00:00.000000001', None] ['1000000001 ns']\n"


def test_a_column_named_as_a_renamed_one_is_lost_in_no_format(run, tmp_path):
    """`green` makes way for the theme's column, and `input_green` for that."""
    (tmp_path / "in.csv").write_text(f"text,pension,input_pension,input_x\n{PLAIN},a,b,c\n", "utf-8")
    for name in ("out.csv", "out.parquet"):
        assert run("in.csv", "-o", name).exit_code == 0
    (row,) = csv.DictReader((tmp_path / "out.csv").read_text("utf-8").splitlines())
    (same,) = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    for found in (row, same):
        kept = [found[name] for name in ("input_pension", "input_input_pension", "input_x")]
        assert kept == ["a", "b", "c"]


def test_columns_of_one_name_are_told_apart_in_parquet_and_excel(run, tmp_path):
    """As in CSV: none is lost, nor does the new name take another's."""
    names, values = ["text", "note", "note", "note_2"], [PLAIN, "a", "b", "c"]
    table = pa.table([pa.array([value]) for value in values], names=names)
    parquet.write_table(table, tmp_path / "in.parquet")
    book = openpyxl.Workbook()
    book.active.append([*names, None, "end"])
    book.active.append([*values, "x", "z"])
    book.save(tmp_path / "in.xlsx")
    (tmp_path / "in.csv").write_text(f"{','.join(names)}\n{','.join(values)}\n", "utf-8")
    for source in ("in.parquet", "in.xlsx", "in.csv"):
        for output in ("out.jsonl", "out.parquet"):
            done = run(source, "-o", output)
            assert done.exit_code == 0, done.output
        (row,), (flat,) = rows_of(tmp_path / "out.jsonl"), parquet.read_table(tmp_path / "out.parquet").to_pylist()
        for found in (row, flat):
            assert [found[name] for name in ("note", "note_3", "note_2")] == ["a", "b", "c"]
        assert row.get("end", "z") == "z"


def test_an_empty_id_is_the_index(run, tmp_path):
    """Null, an empty field, or none at all."""
    lines = [{"id": None, "text": PLAIN}, {"id": "", "text": PLAIN}, {"id": 0, "text": PLAIN}, {"text": PLAIN}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    (tmp_path / "b.csv").write_text(f"id,text\nx,{PLAIN}\n,{PLAIN}\n", "utf-8")
    parquet.write_table(pa.table({"id": [True, None], "text": [PLAIN] * 2}), tmp_path / "c.parquet")
    for name, ids in (("a.jsonl", [0, 1, 0, 3]), ("b.csv", ["x", 1]), ("c.parquet", [True, 1])):
        assert run(name, "-o", "out.jsonl").exit_code == 0
        assert [row["id"] for row in rows_of(tmp_path / "out.jsonl")] == ids
        assert run(name, "-o", "out.parquet").exit_code == 0
        read = parquet.read_table(tmp_path / "out.parquet").column("id").to_pylist()
        assert read == [id if isinstance(id, str) else json.dumps(id) for id in ids]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        (
            "a.csv",
            csv_bytes(),
            "a.csv: it has no column 'text'; name the column of the text with --text: it has 编号, ",
        ),
        ("a.xlsx", excel_bytes(), "a.xlsx: it has no column 'text'"),
        ("a.parquet", parquet_bytes(), "a.parquet: it has no column 'text'"),
        ("a.parquet", b"PAR1 junk", "a.parquet: it is broken: "),
        ("a.xlsx", b"junk", "a.xlsx: it is no Excel workbook, or one with a password: "),
        ("a.jsonl.gz", b"junk", "a.jsonl.gz: Not a gzipped file"),
        ("a.jsonl.zst", b"junk", "a.jsonl.zst: "),
        ("a.pdf.gz", b"junk", "'a.pdf.gz' is none of "),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_cause(run, tmp_path, name, data, message):
    """A sentence, exit code 1, and no output that could be taken for whole."""
    (tmp_path / name).write_bytes(data)
    done = run(name, "-o", "out.jsonl")
    assert done.exit_code == 1
    assert message in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_that_breaks_off_gives_what_it_has(run, tmp_path):
    """The rows before the break are tagged, the break is told with exit code 1."""
    rows = "".join(json.dumps({"text": f"{BOTH}{n}"}) + "\n" for n in range(2000))
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(rows.encode())[:-400])
    done = run("in.jsonl.gz", "-o", "out.jsonl")
    assert done.exit_code == 1
    assert "in.jsonl.gz: compressed file ended before the end-of-stream marker was reached" in done.stderr.lower()
    assert 0 < len(rows_of(tmp_path / "out.jsonl")) < 2000


def test_broken_rows_of_csv_are_named_and_the_rest_is_done(run, tmp_path):
    """Too many fields, an open quote, another encoding: each row carries its error."""
    good = f"a,{PLAIN}\n".encode()
    data = (
        b"id,text\n"
        + good
        + b"b,x,y\n"
        + b'c,"x"y\n'
        + "d,绿色信贷".encode("gb18030")
        + b"\n"
        + good * 4
        + b'e,"open\n'
    )
    (tmp_path / "in.csv").write_bytes(data)
    done = run("in.csv", "-o", "out.jsonl")
    assert done.stderr.splitlines()[:4] == [
        "in.csv: line 3: the row has 3 fields, and there are 2 columns",
        "in.csv: line 4: the row is broken: ',' expected after '\"'",
        "in.csv: line 5: the row is not text in the encoding of the file",
        "in.csv: line 10: the row is broken: unexpected end of data",
    ]
    assert ["error" in row for row in rows_of(tmp_path / "out.jsonl")] == [False, *[True] * 3, *[False] * 4, True]
