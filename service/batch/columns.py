"""The columns of flat output, CSV and Parquet: what the input has, and what tagging adds."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from service.batch.errors import InputError, unreadable
from service.batch.parts import Part
from service.batch.readers import Reading, header_of, records
from service.batch.sources import LINES

SAMPLE = 100
"""Rows of a JSONL file from which its columns are taken; what comes later goes to the column `other`."""

PREFIX = "input_"
"""What is put before the name of a column of the input that is taken."""

TAGS = ("id", "text", "themes", "review", "scores", "evidence", "error", "model")
"""The members of an output row that are not the input's own."""

SAMPLED = ("jsonl", "excel")
"""Formats whose columns are taken from the first rows."""

_DOCUMENT = {"n": "int64", "kind": "string", "start": "int64", "end": "int64", "article": "int64"}


@dataclass(frozen=True)
class Layout:
    """The flat columns.

    :ivar columns: those of the input, each with its kind: string, int64, double or bool.
    :ivar themes: the keys of the themes answered; `scores` those of all themes.
    """

    columns: tuple[tuple[str, str], ...]
    themes: tuple[str, ...]
    scores: tuple[str, ...]
    evidence: bool
    model: tuple[str, str]

    def kinds(self) -> dict[str, str]:
        """All columns in order, each with its kind; `list` is a list of theme keys, `json` a JSON text."""
        return {
            **dict(self.columns),
            "themes": "list",
            "review": "list",
            **dict.fromkeys(self.themes, "int8"),
            **{f"score_{key}": "double" for key in self.scores},
            **({"evidence": "json"} if self.evidence else {}),
            "error": "string",
            "other": "json",
        }

    def cells(self, row: Mapping[str, object]) -> list[object]:
        """The values of an output row, in the order of the columns; None where it has none."""
        said, scores, error = row.get("themes"), row.get("scores"), row.get("error")
        known = {name for name, _ in self.columns}
        return [
            *[row.get(name) for name, _ in self.columns],
            said,
            row.get("review"),
            *[None if said is None else int(key in said) for key in self.themes],  # type: ignore[operator]
            *[scores[key] if isinstance(scores, dict) else None for key in self.scores],
            *([row.get("evidence")] if self.evidence else []),
            error["detail"] if isinstance(error, dict) else None,
            {name: value for name, value in row.items() if name not in known and name not in TAGS} or None,
        ]


def reserved(themes: Iterable[str], flat: bool, several: bool) -> frozenset[str]:
    """The names that a column of the input cannot keep.

    :param several: rows say the file they are of.
    """
    taken = {*TAGS, "file"} if several else {*TAGS}
    if flat:
        taken |= {"other", "model_version", "model_digest"}
        taken |= {name for key in themes for name in (key, f"score_{key}")}
    return frozenset(taken)


def carried(name: str, taken: frozenset[str]) -> str:
    """The name under which a column of the input stands in the output; no two have the same, in whatever rows."""
    bare = name
    while bare not in taken:
        if not bare.startswith(PREFIX):
            return name
        bare = bare.removeprefix(PREFIX)
    return f"{PREFIX}{name}"


def columns_of(
    firsts: Sequence[Part], reading: Reading, taken: frozenset[str], several: bool
) -> tuple[tuple[str, str], ...]:
    """The columns of files, given the first part of each; a column of several kinds is a string.

    Beside a file whose columns are known from its first rows only, all are strings: anything may come later.
    """
    kinds: dict[str, str] = {"file": "string"} if several else {}
    for part in firsts:
        with contextlib.suppress(InputError), unreadable(part.file.name):  # reading it will say what is wrong with it
            for name, kind in _columns(part, reading, taken):
                kinds[name] = kind if kinds.get(name, kind) == kind else "string"
    if any(part.file.format in SAMPLED for part in firsts):
        kinds = dict.fromkeys(kinds, "string")
    for name in ("text", "id"):  # they come first
        kinds = {name: kinds.pop(name), **kinds} if name in kinds else kinds
    return tuple(({"file": kinds.pop("file"), **kinds} if several else kinds).items())


def _columns(part: Part, reading: Reading, taken: frozenset[str]) -> Iterator[tuple[str, str]]:
    if part.file.format == "document":
        yield "text", "string"
        yield from _DOCUMENT.items()
        return
    named = dict(_named(part, reading))
    kind = named.pop(reading.id, "int64")
    yield "id", "string" if kind == "bool" else kind  # where it is null the index stands
    yield "text", "string"
    named.pop(reading.text, None)
    yield from ((carried(name, taken), kind) for name, kind in named.items())


def _named(part: Part, reading: Reading) -> Iterator[tuple[str, str]]:
    """The columns by the names of the input."""
    if part.file.format == "parquet":
        from service.batch.tables import parquet_kinds

        yield from parquet_kinds(part.file)
    elif part.file.format == "csv":
        yield from ((name, "string") for name in header_of(part.file, part.encoding)[0])
    else:
        for record in islice(records(part, reading, lambda _: None), SAMPLE):
            if part.file.format != LINES:
                yield reading.id, "string"
            if record.problem is None:
                yield from ((name, "string") for name in record.fields)
