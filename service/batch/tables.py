"""Parquet and Excel into records, a batch of rows in memory at a time."""

import contextlib
import datetime as dt
import decimal
import math
from collections.abc import Iterator
from typing import Any

from service.batch.errors import InputError, needs_extra
from service.batch.parts import Part
from service.batch.readers import Reading, Record, Warn, check_columns, table_record, unlike
from service.batch.sources import File
from service.batch.storage import open_bytes

BATCH = 512
"""Rows of Parquet in memory at a time."""

_KINDS = {
    "bool": "bool",
    **dict.fromkeys(("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"), "int64"),
    **dict.fromkeys(("halffloat", "float", "double"), "double"),
}


def row_groups(file: File) -> list[Part]:
    """A part for each row group of a Parquet file, and one for a file without any."""
    with _parquet(file) as parquet:
        counts = [parquet.metadata.row_group(n).num_rows for n in range(parquet.metadata.num_row_groups)]
    firsts = [sum(counts[:n]) for n in range(len(counts))]
    size = file.size // max(1, len(counts))
    parts = [Part(file, n, n + 1, first, first + 1, size) for n, first in enumerate(firsts)]
    return parts or [Part(file, 0, 0, 0, 1, size)]


def parquet_kinds(file: File) -> Iterator[tuple[str, str]]:
    """The columns of a Parquet file with the kinds they keep; what is neither number nor truth becomes a string."""
    with _parquet(file) as parquet:
        schema = parquet.schema_arrow
        for name, field in zip(unlike(schema.names), schema, strict=True):
            yield name, _KINDS.get(str(field.type), "string")


def parquet_records(part: Part, reading: Reading) -> Iterator[Record]:
    """The rows of a part's row groups."""
    with _parquet(part.file) as parquet:
        names = unlike(parquet.schema_arrow.names)
        check_columns(names, reading)
        index = part.row
        groups = range(part.start, parquet.num_row_groups if part.end is None else part.end)
        for batch in parquet.iter_batches(BATCH, row_groups=list(groups)):
            for values in zip(*map(_values, batch.columns), strict=True):
                plain = {name: _plain(value) for name, value in zip(names, values, strict=True)}
                yield table_record(plain, index + 1, index, reading)
                index += 1


def excel_records(part: Part, reading: Reading, warn: Warn) -> Iterator[Record]:
    """The rows of every sheet that has the column of the text, under a first row with the names."""
    try:
        import openpyxl
    except ImportError as error:
        raise needs_extra("openpyxl", "an Excel file") from error
    with open_bytes(part.file.address) as source:
        try:
            book = openpyxl.load_workbook(source, read_only=True, data_only=True)
        except Exception as error:  # whatever its parts raise for a file that is none
            raise InputError(f"it is no Excel workbook, or one with a password: {error}") from error
        with contextlib.closing(book):
            index = 0
            found: list[str] = []
            for sheet in book.worksheets:
                rows = sheet.iter_rows(values_only=True)
                named = [(n, str(name)) for n, name in enumerate(next(rows, ())) if name not in (None, "")]
                names = unlike([name for _, name in named])
                if reading.text not in names:
                    found += names
                    if names:
                        warn(f"sheet {sheet.title!r} has no column {reading.text!r} and is passed over")
                    continue
                found.append(reading.text)
                for number, row in enumerate(rows, 2):
                    if any(value is not None for value in row):
                        fields = {
                            name: _plain(row[n]) for (n, _), name in zip(named, names, strict=True) if n < len(row)
                        }
                        yield table_record({"sheet": sheet.title} | fields, number, index, reading)
                        index += 1
            check_columns(found, reading)


def _parquet(file: File) -> Any:
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise needs_extra("pyarrow", "a Parquet file") from error
    return contextlib.closing(parquet.ParquetFile(open_bytes(file.address), pre_buffer=False))


def _values(column: Any) -> list[object]:
    """The values of a column of Arrow; times that Python cannot hold, such as of nanoseconds, as text."""
    try:
        return list(column.to_pylist())
    except (ValueError, OverflowError):
        return [_value(scalar) for scalar in column]


def _value(scalar: Any) -> object:
    try:
        return scalar.as_py()
    except (ValueError, OverflowError):
        text = str(scalar.cast("string").as_py())
        if str(scalar.type).startswith("duration"):
            return f"{text} {scalar.type.unit}"
        return text.replace(" ", "T", 1) if text[0].isdigit() else text  # else it says that it is out of range


def _plain(value: object) -> object:
    """A value as JSON has it: times in ISO 8601, decimals and bytes as text, what is no number as null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, (decimal.Decimal, dt.timedelta)) else value
