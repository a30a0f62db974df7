"""Tagging a file of paragraphs, row by row in bounded memory."""

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from model import Tagger
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
            text = json.dumps(row | model if index == 0 else row, ensure_ascii=False)
            out.write(text.encode("utf-8", "backslashreplace") + b"\n")
            index += 1
    return failures


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
