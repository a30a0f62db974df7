"""Tagging a file of paragraphs, row by row in bounded memory."""

import contextlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from model import Tagger
from service.documents import Row, read_file, tag_paragraphs
from service.paragraphs import Wishes, tag_item
from service.problems import problem_uri

STREAM = "-"
"""The name of standard input and output."""

SHOWN = 10
"""The most failed lines that are told one by one."""


class LineError(Exception):
    """A line is no JSON."""


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
            if not line.strip():
                continue
            row = _tag_line(tagger, line, index, wishes)
            if "error" in row:
                failures.append(f"line {number}: {row['error']['detail']}")  # type: ignore[index]
            out.write(_json(row | model if index == 0 else row))
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
            out.write(_json(row))


def _tag_line(tagger: Tagger, line: bytes, index: int, wishes: Wishes) -> dict[str, object]:
    try:
        item = json.loads(line.decode("utf-8-sig" if index == 0 else "utf-8"))
    except UnicodeDecodeError as error:
        return _broken(index, f"is not UTF-8 (byte {error.start + 1} of the line)")
    except (ValueError, RecursionError) as error:
        return _broken(index, f"is not JSON: {error}")
    return tag_item(tagger, item, index, wishes)


def _broken(index: int, detail: str) -> dict[str, object]:
    return {"id": index, "error": {"type": problem_uri("not-json"), "detail": f"the line {detail}"}}


def _json(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


@contextlib.contextmanager
def _reader(source: str) -> Iterator[BinaryIO]:
    if source == STREAM:
        yield sys.stdin.buffer
    else:
        with Path(source).open("rb") as lines:
            yield lines


@contextlib.contextmanager
def _writer(target: str) -> Iterator[BinaryIO]:
    if target == STREAM:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    draft = Path(f"{target}.part")
    with draft.open("wb") as out:
        yield out
    draft.replace(target)
