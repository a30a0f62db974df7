"""Files cut into parts that can be read apart: ranges of bytes that end with a row, row groups, or a whole file."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from service.batch.delimited import csv_rows, delimiter_of
from service.batch.encodings import SAMPLE, encoding_of, is_cuttable
from service.batch.sources import CUT, File
from service.batch.storage import open_bytes

PART_BYTES = 4 << 20
"""How many bytes of rows of text make a part: some ten thousand paragraphs, seconds of work for one core."""


@dataclass(frozen=True)
class Part:
    """What one worker tags at a time.

    :ivar start: the first byte; the first row group of Parquet.
    :ivar end: where it ends, exclusive; None is the end of the file.
    :ivar row: the index of its first row in the file; `line` the number of its first line.
    :ivar size: its share of the file's bytes, for the progress.
    """

    file: File
    start: int
    end: int | None
    row: int
    line: int
    size: int
    encoding: str = "utf-8"


def whole(file: File) -> Part:
    """A file as one part, whatever it is."""
    mark, encoding = _mark_and_encoding(file) if file.format in CUT else (0, "utf-8")
    return Part(file, mark, None, 0, 1, file.size, encoding)


def cut(file: File, part_bytes: int = PART_BYTES) -> list[Part]:
    """The parts of a file, in order; the same file is always cut in the same places.

    :raises OSError: when it cannot be read.
    """
    if file.format == "parquet":
        from service.batch.tables import row_groups

        return row_groups(file)
    one = whole(file)
    if file.format not in CUT or file.compression or file.size <= part_bytes or not is_cuttable(one.encoding):
        return [one]
    with open_bytes(file.address) as source:
        source.seek(one.start)
        rows = _csv_rows(source) if file.format == "csv" else _rows(source)
        return list(_ranges(file, one.encoding, one.start, rows, part_bytes))


def _mark_and_encoding(file: File) -> tuple[int, str]:
    """How long the byte order mark of UTF-8 is, where there is one, and the encoding."""
    with open_bytes(file.address, file.compression) as source:
        head = source.read(SAMPLE)
    return len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0, encoding_of(head)


def _ranges(file: File, encoding: str, start: int, rows: Iterator[tuple[int, int, int]], size: int) -> Iterator[Part]:
    """Parts of at least `size` bytes, of rows given as (row, line, bytes) that are behind with the end of each."""
    row, line, began = 0, 1, start
    for behind, lines, read in rows:
        if start + read - began >= size:
            end = start + read
            yield Part(file, began, end, row, line, end - began, encoding)
            row, line, began = behind, lines + 1, end
    if began < file.size:
        yield Part(file, began, None, row, line, file.size - began, encoding)


def _rows(source: BinaryIO) -> Iterator[tuple[int, int, int]]:
    """How many rows, lines and bytes are behind with the end of each line; blank lines are no rows."""
    rows = read = 0
    for number, line in enumerate(source, 1):
        rows += not line.isspace()
        read += len(line)
        yield rows, number, read


def _csv_rows(source: BinaryIO) -> Iterator[tuple[int, int, int]]:
    """The same for CSV, whose rows may hold line ends; the line of names is no row."""
    read = 0

    def lines() -> Iterator[str]:
        nonlocal read
        for line in source:
            read += len(line)
            yield line.decode("latin-1")  # commas, quotes and line ends are the same bytes in every encoding cut

    text = lines()
    first = next(text, "")
    for number, (line, _) in enumerate(csv_rows(chain([first], text), delimiter_of(first))):
        yield number, line, read
