"""Rows of JSONL to a stream or from one, in order: what has come is tagged and written before more is awaited."""

import codecs
import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from model import Tagger
from service.batch.errors import InputError, unreadable
from service.batch.parts import whole
from service.batch.readers import Record, json_record, line_record
from service.batch.sources import LINES, File
from service.batch.storage import new_file, packed
from service.batch.tagging import Task, tag_records, tag_rows
from service.batch.tally import Tally
from service.batch.writers import with_model
from service.wire import write_json

Row = Mapping[str, object]

STREAM = "-"
"""The name of standard input and output."""

CHUNK = 65536


def is_stream(name: str) -> bool:
    """Whether a name is that of a standard stream, a pipe or a device."""
    path = Path(name)
    return name == STREAM or (path.exists() and not path.is_file() and not path.is_dir())


def stream_file(source: str, lines: bool) -> File:
    """A stream, as messages call it."""
    return File(source, source, LINES if lines else "jsonl", None, 0, "")


def tag_stream(tagger: Tagger, file: File, target: str, task: Task, compression: str | None) -> Tally:
    """Tag JSONL, or a paragraph a line, as it comes; rows are written before more is awaited.

    :raises OSError: when it cannot be read or written.
    """
    tally = Tally()
    with _reader(file.address) as incoming, _writer(target, compression) as out:
        first = True
        for batch in _bursts(incoming, file, task):
            _write(out, tag_records(tagger, batch, file, task, tally), tagger if first else None)
            out.flush()
            first = False
    return tally


def tag_to_stream(tagger: Tagger, files: Sequence[File], target: str, task: Task) -> list[tuple[File, Tally]]:
    """Tag files, one after the other, into standard output, a pipe or a device."""
    tallies: list[tuple[File, Tally]] = []

    def rows() -> Iterator[Row]:
        for file in files:
            tally = Tally()
            tallies.append((file, tally))
            try:
                with unreadable(file.name):
                    part = whole(file)
            except InputError as error:
                tally.failure = str(error)
            else:
                yield from tag_rows(tagger, part, task, tally)

    with _writer(target, None) as out:
        _write(out, rows(), tagger)
    return tallies


def write_rows(rows: Iterable[Row], target: str) -> None:
    """Write rows as JSONL to the file `target`, or to standard output where it is `-`."""
    with _writer(target, None) as out:
        _write(out, rows, None)


def _write(out: BinaryIO, rows: Iterable[Row], tagger: Tagger | None) -> None:
    out.writelines(map(write_json, with_model(rows, (tagger.version, tagger.digest)) if tagger else rows))


def _bursts(incoming: BinaryIO, file: File, task: Task) -> Iterator[list[Record]]:
    """The records of the lines that have come each time something has."""
    index = number = 0
    for lines in _lines(incoming):
        batch: list[Record] = []
        for given in lines:
            number += 1
            line = given.removeprefix(codecs.BOM_UTF8) if number == 1 else given
            if line.strip():
                batch.append(
                    line_record(line, number, index)
                    if file.format == LINES
                    else json_record(line, number, index, task.reading)
                )
                index += 1
        if batch:
            yield batch


def _lines(incoming: BinaryIO) -> Iterator[list[bytes]]:
    begun: list[bytes] = []
    while chunk := cast("io.BufferedReader", incoming).read1(CHUNK):
        *whole, last = chunk.split(b"\n")
        if whole:
            whole[0] = b"".join([*begun, whole[0]])
            begun = []
            yield whole
        begun.append(last)
    yield [b"".join(begun)]


@contextlib.contextmanager
def _reader(source: str) -> Iterator[BinaryIO]:
    if source == STREAM:
        yield _binary(sys.stdin, "standard input")
    else:
        with Path(source).open("rb") as lines:
            yield lines


@contextlib.contextmanager
def _writer(target: str, compression: str | None) -> Iterator[BinaryIO]:
    """Where rows go: a stream takes them itself, a file takes its name when it is whole."""
    path = Path(target)
    if target == STREAM:
        out = _binary(sys.stdout, "standard output")
        yield out
        out.flush()
    elif is_stream(target):
        with path.open("wb") as pipe:
            yield pipe
    else:
        if not path.resolve().parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), target)
        with new_file(str(path.resolve())) as file, packed(file, compression) as out:
            yield out


def _binary(stream: TextIO | None, name: str) -> BinaryIO:
    if stream is None:
        raise OSError(errno.EBADF, "is closed", name)
    return stream.buffer
