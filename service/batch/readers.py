"""Parts into records: JSONL, CSV, lines and documents; `tables` has Parquet and Excel."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import BinaryIO, NamedTuple

from model.document import read_document
from model.document.places import Placed
from service.batch.delimited import csv_rows, delimiter_of
from service.batch.encodings import utf8_lines
from service.batch.errors import InputError, unreadable
from service.batch.parts import Part
from service.batch.sources import LINES, File
from service.batch.storage import open_bytes
from service.paragraphs import json_kind
from service.wire import WireError, read_json

Fields = dict[str, object]


@dataclass(frozen=True)
class Reading:
    """How the input is to be read.

    :ivar text: the column that holds the text; `id` the one that holds the id, which need not be there.
    """

    text: str = "text"
    id: str = "id"
    max_document_bytes: int = 1 << 24


class Record(NamedTuple):
    """A row of input.

    :ivar line: its number in the file, from 1: the line where it ends, or the row of a table.
    :ivar item: the paragraph as `tag_items` takes it; None where there is nothing to tag.
    :ivar fields: its other columns.
    :ivar problem: why it could not be read, as the type of problem and a sentence.
    :ivar placed: where the text of a document's paragraph stands in its source.
    """

    line: int
    item: object
    fields: Mapping[str, object]
    problem: tuple[str, str] | None = None
    placed: Placed | None = None


Warn = Callable[[str], None]


def records(part: Part, reading: Reading, warn: Warn) -> Iterator[Record]:
    """The records of a part in order.

    :raises InputError: where the file cannot be read, or not further.
    """
    with unreadable(part.file.name):
        yield from READERS[part.file.format](part, reading, warn)


def json_record(line: bytes, number: int, index: int, reading: Reading) -> Record:
    """The record of a line of JSONL, a string or an object."""
    try:
        value = read_json(line)
    except WireError as error:
        return Record(number, None, {"id": index, "line": number}, ("not-json", f"the line {error}"))
    if isinstance(value, str):
        return Record(number, {"id": index, "text": value}, {})
    if not isinstance(value, dict):
        detail = f"a paragraph is a string or an object, this is {json_kind(value)}"
        return Record(number, None, {"id": index}, ("paragraph-not-text", detail))
    return table_record(value, number, index, reading)


def line_record(line: bytes, number: int, index: int) -> Record:
    """The record of a line that is a paragraph."""
    try:
        return Record(number, {"id": index, "text": line.decode().rstrip("\r\n")}, {})
    except UnicodeDecodeError as error:
        detail = f"the line is not text in the encoding of the file (byte {error.start + 1})"
        return Record(number, None, {"id": index, "line": number}, ("paragraph-not-text", detail))


def table_record(fields: Fields, number: int, index: int, reading: Reading) -> Record:
    """The record of named fields."""
    id = fields.pop(reading.id, None)
    if id is None or id == "":
        id = index
    if reading.text not in fields:
        problem = ("paragraph-not-text", f'the object has no member "{reading.text}"')
        return Record(number, None, {"id": id, **fields}, problem)
    return Record(number, {"id": id, "text": fields.pop(reading.text)}, fields)


def check_columns(names: Iterable[str], reading: Reading) -> None:
    """Do nothing if a table's columns include the text.

    :raises InputError: when it does not.
    """
    listed = list(names)
    if reading.text not in listed:
        shown = ", ".join(map(str, listed[:20]))
        raise InputError(f"it has no column {reading.text!r}; name the column of the text with --text: it has {shown}")


def header_of(file: File, encoding: str) -> tuple[list[str], str]:
    """The names of the columns of a CSV file, and what parts its fields.

    :raises InputError: when the line of names is broken.
    """
    with open_bytes(file.address, file.compression) as source:
        lines = (line.decode("utf-8", "replace") for line in utf8_lines(source, encoding))
        first = next(lines, "").removeprefix("\ufeff")
        delimiter = delimiter_of(first)
        _, names = next(csv_rows(chain([first], lines), delimiter), (0, []))
    if isinstance(names, str):
        raise InputError(f"line 1: {names}")
    return unlike(names), delimiter


def unlike(names: Sequence[str]) -> list[str]:
    """Names of columns, those that come again with a number that makes them new."""
    taken, seen = set(names), set[str]()
    found: list[str] = []
    for name in names:
        new = name
        if name in seen:
            new = next(numbered for n in count(2) if (numbered := f"{name}_{n}") not in taken)
        taken.add(new)
        seen.add(name)
        found.append(new)
    return found


def _jsonl(part: Part, reading: Reading, warn: Warn) -> Iterator[Record]:  # noqa: ARG001  # all readers are called alike
    for index, number, line in _lines(part):
        yield json_record(line, number, index, reading)


def _paragraphs(part: Part, reading: Reading, warn: Warn) -> Iterator[Record]:  # noqa: ARG001
    for index, number, line in _lines(part):
        yield line_record(line, number, index)


def _lines(part: Part) -> Iterator[tuple[int, int, bytes]]:
    """The lines of a part that are not blank: index of the row, number of the line, UTF-8."""
    index = part.row
    with _opened(part) as source:
        for number, line in enumerate(utf8_lines(source, part.encoding, _bytes_of(part)), part.line):
            if not line.isspace():
                yield index, number, line
                index += 1


def _csv(part: Part, reading: Reading, warn: Warn) -> Iterator[Record]:  # noqa: ARG001
    names, delimiter = header_of(part.file, part.encoding)
    check_columns(names, reading)
    with _opened(part) as source:
        lines = utf8_lines(source, part.encoding, _bytes_of(part))
        rows = csv_rows((line.decode("utf-8", "surrogateescape") for line in lines), delimiter)
        if part.line == 1:
            next(rows, None)  # the names
        for index, (number, fields) in enumerate(rows, part.row):
            line = part.line - 1 + number
            problem = _csv_problem(fields, names)
            if problem or isinstance(fields, str):
                yield Record(line, None, {"id": index, "line": line}, ("row-broken", problem))
            else:
                values: Fields = dict(zip(names, [*fields, *[None] * (len(names) - len(fields))], strict=True))
                yield table_record(values, line, index, reading)


def _csv_problem(fields: list[str] | str, names: list[str]) -> str:
    """What is wrong with a row; nothing is ''."""
    if isinstance(fields, str):
        return fields
    if len(fields) > len(names):
        return f"the row has {len(fields)} fields, and there are {len(names)} columns"
    try:
        "".join(fields).encode()
    except UnicodeEncodeError:
        return "the row is not text in the encoding of the file"
    return ""


def _document(part: Part, reading: Reading, warn: Warn) -> Iterator[Record]:
    with open_bytes(part.file.address) as source:
        data = source.read(reading.max_document_bytes + 1)
    document = read_document(data, part.file.name, most_bytes=reading.max_document_bytes)
    for warning in document.warnings:
        warn(warning)
    for paragraph in document.paragraphs:
        text = paragraph.text if paragraph.kind == "body" else None
        yield Record(paragraph.n, text, paragraph.as_dict(), placed=paragraph.placed)


def _parquet(part: Part, reading: Reading, warn: Warn) -> Iterator[Record]:  # noqa: ARG001
    from service.batch.tables import parquet_records

    return parquet_records(part, reading)


def _excel(part: Part, reading: Reading, warn: Warn) -> Iterator[Record]:
    from service.batch.tables import excel_records

    return excel_records(part, reading, warn)


READERS: Mapping[str, Callable[[Part, Reading, Warn], Iterator[Record]]] = {
    "jsonl": _jsonl,
    "csv": _csv,
    LINES: _paragraphs,
    "document": _document,
    "parquet": _parquet,
    "excel": _excel,
}


def _opened(part: Part) -> BinaryIO:
    source = open_bytes(part.file.address, part.file.compression)
    source.seek(part.start)
    return source


def _bytes_of(part: Part) -> int | None:
    return None if part.end is None else part.end - part.start
