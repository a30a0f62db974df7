"""CSV and TSV: rows of fields, however lines end inside quotes; a broken row is told and the next one read."""

import csv
from collections.abc import Iterable, Iterator

MOST_CHARACTERS = 16 << 20
"""The most characters of a field: a quote that is never closed does not swallow a whole archive."""


def delimiter_of(first: str) -> str:
    """What parts the fields, by the line of names: a comma, a tab or a semicolon, whichever is there most often."""
    return max(",\t;", key=first.count)


def csv_rows(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """The fields of each row that is not blank, or what is wrong with it; each with the number of its last line."""
    csv.field_size_limit(MOST_CHARACTERS)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield reader.line_num, f"the row is broken: {error}"
            continue
        if fields:
            yield reader.line_num, fields
