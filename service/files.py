"""Tagging a file of paragraphs, row by row in bounded memory."""

import codecs
import contextlib
import errno
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from model import Tagger
from service.documents import Row, read_file, tag_paragraphs
from service.paragraphs import Wishes, tag_item
from service.problems import problem_uri
from service.wire import WireError, read_json, write_json

STREAM = "-"
"""The name of standard input and output."""

SHOWN = 10
"""The most failed lines that are told one by one."""


def tag_jsonl(tagger: Tagger, source: str, target: str, wishes: Wishes) -> list[str]:
    """Tag the JSONL file `source` into the JSONL file `target`, either of them `-` for the standard streams.

    A line holds a paragraph, as an object with `text` or as a string. A file is written under another name and takes
    its own when it is whole. The first row also says which model tagged.

    :returns: what went wrong, a sentence for each line that carries an error in the output.
    """
    failures: list[str] = []
    model: dict[str, object] = {"model": {"version": tagger.version, "digest": tagger.digest}}
    with _reader(source) as lines, _writer(target) as out:
        index = 0
        for number, line in enumerate(lines, 1):
            content = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            if not content.strip():
                continue
            row = _tag_line(tagger, content, index, number, wishes)
            if "error" in row:
                failures.append(f"line {number}: {row['error']['detail']}")  # type: ignore[index]
            out.write(write_json(row | model if index == 0 else row))
            index += 1
    return failures


def tag_document(tagger: Tagger, source: str, target: str, wishes: Wishes, most_bytes: int) -> list[str]:
    """Tag the document `source` into the JSONL file `target`: a row a paragraph, with tags where it is body.

    :returns: the warnings of the reading.
    :raises DocumentError: when it cannot be read.
    """
    document = read_file(source, most_bytes)
    rows = tag_paragraphs(tagger, document.paragraphs, wishes)
    rows[0] |= {"model": {"version": tagger.version, "digest": tagger.digest}}
    write_rows(rows, target)
    return list(document.warnings)


def write_rows(rows: Iterable[Row], target: str) -> None:
    """Write rows as JSONL to the file `target`, or to standard output where it is `-`."""
    with _writer(target) as out:
        for row in rows:
            out.write(write_json(row))


def _tag_line(tagger: Tagger, line: bytes, index: int, number: int, wishes: Wishes) -> dict[str, object]:
    try:
        item = read_json(line)
    except WireError as error:
        return {"id": index, "line": number, "error": {"type": problem_uri("not-json"), "detail": f"the line {error}"}}
    return tag_item(tagger, item, index, wishes)


@contextlib.contextmanager
def _reader(source: str) -> Iterator[BinaryIO]:
    if source == STREAM:
        yield _binary(sys.stdin, "standard input")
    else:
        with Path(source).open("rb") as lines:
            yield lines


@contextlib.contextmanager
def _writer(target: str) -> Iterator[BinaryIO]:
    path = Path(target).resolve()
    if target == STREAM:
        out = _binary(sys.stdout, "standard output")
        yield out
        out.flush()
    elif path.exists() and not path.is_file():
        with path.open("wb") as pipe:  # a pipe or a device takes the rows itself
            yield pipe
    else:
        if not path.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), target)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with draft.open("wb") as out:
                yield out
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def _binary(stream: TextIO | None, name: str) -> BinaryIO:
    if stream is None:
        raise OSError(errno.EBADF, "is closed", name)
    return stream.buffer
