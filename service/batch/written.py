"""What a run has written, read once more: the rows of any output format as JSONL has them."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from model.bundle import BundleTheme
from service.batch.storage import open_bytes

Row = dict[str, object]

LONGEST = (1 << 31) - 1
"""The most characters of a field, as much as a C long has everywhere: what was written may be of any length."""


def written_rows(
    files: Iterable[str], format: str, compression: str | None, themes: Sequence[BundleTheme]
) -> Iterator[Row]:
    """The output rows of files in order; `themes`, `review`, `scores` and `error` are as in JSONL."""
    keys = [theme.key for theme in themes]
    for file in files:
        for row in _READERS[format](file, compression):
            yield row if format == "jsonl" else _unflattened(row, keys)


def _jsonl(file: str, compression: str | None) -> Iterator[Row]:
    with open_bytes(file, compression) as lines:
        yield from map(json.loads, lines)


def _csv(file: str, compression: str | None, delimiter: str = ",") -> Iterator[Row]:
    csv.field_size_limit(LONGEST)
    with open_bytes(file, compression) as source, io.TextIOWrapper(source, "utf-8", newline="") as text:
        for row in csv.DictReader(text, delimiter=delimiter):
            yield {name: value if value != "" else None for name, value in row.items()}


def _tsv(file: str, compression: str | None) -> Iterator[Row]:
    return _csv(file, compression, "\t")


def _parquet(file: str, compression: str | None) -> Iterator[Row]:  # noqa: ARG001  # Parquet packs its own columns
    from pyarrow import parquet

    with open_bytes(file) as source, parquet.ParquetFile(source) as rows:
        for batch in rows.iter_batches():
            yield from batch.to_pylist()


_READERS: Mapping[str, Callable[[str, str | None], Iterator[Row]]] = {
    "jsonl": _jsonl,
    "csv": _csv,
    "tsv": _tsv,
    "parquet": _parquet,
}


def _unflattened(row: Row, keys: Sequence[str]) -> Row:
    """A flat row with the members of JSONL."""
    scores = {key: float(str(row.pop(f"score_{key}"))) for key in keys if row.get(f"score_{key}") is not None}
    said = [key for key in keys if row.pop(key, None) in (1, "1")]
    review, error, evidence = row.pop("review"), row.pop("error"), row.pop("evidence", None)
    rest = {name: value for name, value in row.items() if value is not None and name != "themes"}
    if error is not None:
        return {**rest, "error": {"detail": error}}
    if not scores:
        return rest
    listed = review.split(";") if isinstance(review, str) else review or []
    tags: Row = {"themes": said, "review": listed, "scores": scores}
    return {**rest, **tags, **({"evidence": json.loads(str(evidence))} if evidence else {})}
