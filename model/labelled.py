"""Labelled paragraphs as people write them, a JSON object a line: read and checked, row by row."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from model.errors import Problem

MAX_CHARACTERS = 2000
"""The longest paragraph that is trained on, in characters."""


class LabelledRow(BaseModel):
    """A line of `paragraphs/*.jsonl`; other fields are kept by people and not read here."""

    model_config = ConfigDict(strict=True)

    text: str
    themes: list[str]


class ContrastRow(LabelledRow):
    """A line of `contrast/*.jsonl`: a text of the set `pair`."""

    pair: str


Row = TypeVar("Row", bound=LabelledRow)


@dataclass(frozen=True)
class Paragraph:
    """A labelled paragraph and where it stands; `register` is the name of its file."""

    text: str
    themes: frozenset[str]
    register: str
    file: str
    line: int


def read_labelled(path: Path, known: set[str], problems: list[Problem], name: str = "") -> Iterator[Paragraph]:
    """The labelled paragraphs of a JSONL file; what is wrong with a line goes to `problems`, and the line is left out.

    :param known: the theme keys that may stand in `themes`.
    :param name: how the file is called in problems; its path where empty.
    """
    name = name or str(path)
    for number, row in read_rows(path, LabelledRow, known, problems, name):
        yield Paragraph(row.text, frozenset(row.themes), path.stem, name, number)


def read_rows(
    path: Path, kind: type[Row], known: set[str], problems: list[Problem], name: str
) -> Iterator[tuple[int, Row]]:
    """The rows of a JSONL file with their line numbers (from 1), checked; bad ones go to `problems` instead."""
    try:
        lines = path.read_bytes().decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        problems.append(Problem(name, 0, f"is not UTF-8 text (byte {error.start})"))
        return
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = kind.model_validate_json(line)
        except ValidationError as error:
            problems.append(Problem(name, number, _first_error(error)))
            continue
        wrong = _row_problem(row, known)
        if wrong:
            problems.append(Problem(name, number, wrong))
        else:
            yield number, row


def _row_problem(row: LabelledRow, known: set[str]) -> str:
    if not row.text.strip():
        return "text is empty"
    if len(row.text) > MAX_CHARACTERS:
        return f"text has {len(row.text)} characters, at most {MAX_CHARACTERS} are allowed"
    unknown = [key for key in row.themes if key not in known]
    if unknown:
        return f"unknown theme {unknown[0]!r}; the themes are {', '.join(sorted(known))}"
    if len(set(row.themes)) < len(row.themes):
        return "a theme is named twice"
    return ""


def _first_error(error: ValidationError) -> str:
    detail = error.errors(include_url=False)[0]
    if detail["type"] == "json_invalid":
        return f"is not JSON: {detail['ctx']['error']}"
    place = ".".join(map(str, detail["loc"]))
    return f"{place}: {detail['msg']}" if place else detail["msg"]
