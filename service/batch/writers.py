"""Tagged rows into files, and the files of the parts into one: JSONL, CSV, TSV and Parquet."""

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO, cast

from service.batch.columns import Layout
from service.batch.errors import needs_extra
from service.batch.storage import open_bytes, packed
from service.wire import read_json, write_json

Row = Mapping[str, object]

GROUP = 16_384
"""Rows in a row group of Parquet."""

FORMATS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    "": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
"""What is written, by the ending of the output."""


@dataclass(frozen=True)
class Target:
    """What files are written.

    :ivar whole: each is an output by itself, with names and model; else it becomes a piece of one.
    """

    format: str
    compression: str | None
    whole: bool
    layout: Layout

    def write(self, out: BinaryIO, rows: Iterable[Row]) -> None:
        """Write rows as they come."""
        with packed(out, self.compression) as file:
            WRITERS[self.format](file, rows, self)

    def join(self, out: BinaryIO, pieces: Sequence[str]) -> None:
        """Write one file of the rows of several, in order."""
        with packed(out, self.compression) as file:
            JOINERS[self.format](file, pieces, self)


def with_model(rows: Iterable[Row], model: tuple[str, str]) -> Iterator[Row]:
    """Rows of JSONL, the first of which says version and digest of the model."""
    rest = iter(rows)
    for row in islice(rest, 1):
        yield {**row, "model": dict(zip(("version", "digest"), model, strict=True))}
    yield from rest


def _write_jsonl(out: BinaryIO, rows: Iterable[Row], target: Target) -> None:
    out.writelines(map(write_json, with_model(rows, target.layout.model) if target.whole else rows))


def _join_jsonl(out: BinaryIO, pieces: Sequence[str], target: Target) -> None:
    begun = False
    for piece in pieces:
        with open_bytes(piece) as file:
            if not begun and (first := file.readline()):
                row = cast("Row", read_json(first))  # written by `_write_jsonl`
                out.writelines(map(write_json, with_model([row], target.layout.model)))
                begun = True
            shutil.copyfileobj(file, out, 1 << 20)


def _write_csv(out: BinaryIO, rows: Iterable[Row], target: Target) -> None:
    with _csv_writer(out, target) as write:
        if target.whole:
            write(_csv_names(target.layout))
        for row in rows:
            write([*map(_csv_cell, target.layout.cells(row)), *target.layout.model])


def _join_csv(out: BinaryIO, pieces: Sequence[str], target: Target) -> None:
    with _csv_writer(out, target) as write:
        write(_csv_names(target.layout))
    for piece in pieces:
        with open_bytes(piece) as file:
            shutil.copyfileobj(file, out, 1 << 20)


class _csv_writer:  # noqa: N801  # a context manager, used like a function
    """Writes rows of CSV as UTF-8 to a file that stays open."""

    def __init__(self, out: BinaryIO, target: Target) -> None:
        self._text = io.TextIOWrapper(out, "utf-8", errors="backslashreplace", newline="")
        delimiter = "\t" if target.format == "tsv" else ","
        # Before Python 3.13 a lone \r is put in quotes only where lines end with it.
        self._write = csv.writer(self._text, delimiter=delimiter, lineterminator="\r\n").writerow

    def __enter__(self) -> Callable[[Sequence[object]], object]:
        return self._write

    def __exit__(self, *_: object) -> None:
        self._text.detach()


def _csv_names(layout: Layout) -> list[str]:
    return [*layout.kinds(), "model_version", "model_digest"]


def _csv_cell(value: object) -> object:
    """Lists of themes with semicolons between them, what has no plain form as JSON."""
    if value is None or (isinstance(value, (str, int, float)) and not isinstance(value, bool)):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ";".join(value)
    return _json(value)


def _write_parquet(out: BinaryIO, rows: Iterable[Row], target: Target) -> None:
    pa, parquet = _pyarrow()
    schema = _schema(target.layout)
    rest = iter(rows)
    with parquet.ParquetWriter(out, schema) as writer:
        while group := [target.layout.cells(row) for row in islice(rest, GROUP)]:
            columns = zip(*group, strict=True)
            arrays = [
                pa.array([_arrow_cell(value, kind) for value in column], field.type)
                for column, kind, field in zip(columns, target.layout.kinds().values(), schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def _join_parquet(out: BinaryIO, pieces: Sequence[str], target: Target) -> None:
    _, parquet = _pyarrow()
    with parquet.ParquetWriter(out, _schema(target.layout)) as writer:
        for piece in pieces:
            with open_bytes(piece) as file, parquet.ParquetFile(file) as source:
                for batch in source.iter_batches(GROUP):
                    writer.write_batch(batch)


def _schema(layout: Layout) -> Any:
    pa, _ = _pyarrow()
    types = {
        "string": pa.string(),
        "json": pa.string(),
        "list": pa.list_(pa.string()),
        "bool": pa.bool_(),
        "int8": pa.int8(),
        "int64": pa.int64(),
        "double": pa.float64(),
    }
    version, digest = layout.model
    fields = [(name, types[kind]) for name, kind in layout.kinds().items()]
    return pa.schema(fields, metadata={"themetag.version": version, "themetag.digest": digest})


def _arrow_cell(value: object, kind: str) -> object:
    if value is None or kind not in ("string", "json"):
        return value
    text = value if isinstance(value, str) and kind == "string" else _json(value)
    return text.encode("utf-8", "backslashreplace").decode()  # a lone surrogate is no text to Arrow


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _pyarrow() -> Any:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise needs_extra("pyarrow", "a Parquet file") from error
    return pa, parquet


WRITERS: Mapping[str, Callable[[BinaryIO, Iterable[Row], Target], None]] = {
    "jsonl": _write_jsonl,
    "csv": _write_csv,
    "tsv": _write_csv,
    "parquet": _write_parquet,
}

JOINERS: Mapping[str, Callable[[BinaryIO, Sequence[str], Target], None]] = {
    "jsonl": _join_jsonl,
    "csv": _join_csv,
    "tsv": _join_csv,
    "parquet": _join_parquet,
}
