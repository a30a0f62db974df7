"""Lines of text files in any encoding that is read, as lines of UTF-8."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from charset_normalizer import from_bytes

SAMPLE = 65536
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CANDIDATES = ["gb18030", "big5hkscs", "utf_16_le", "utf_16_be"]


def encoding_of(head: bytes) -> str:
    """The encoding of a file that begins with `head`: by its mark, else UTF-8 unless most lines are none."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    lines = head.split(b"\n")
    whole = lines[:-1] if len(head) >= SAMPLE and len(lines) > 1 else lines
    bad = sum(not _is_utf8(line) for line in whole)
    if b"\0" not in head and bad * 2 <= len(whole):
        return "utf-8"
    sample = b"\n".join(whole)
    best = from_bytes(sample, cp_isolation=_CANDIDATES, threshold=0.5, enable_fallback=False).best()
    return best.encoding.replace("_", "-") if best else "utf-8"


def is_cuttable(encoding: str) -> bool:
    """Whether the byte of a line end is a line end wherever it stands."""
    return not encoding.startswith("utf-16")


def utf8_lines(source: BinaryIO, encoding: str, size: int | None = None) -> Iterator[bytes]:
    """The lines of `source` from where it stands, as UTF-8; a line that is none in its encoding stays as it is.

    :param size: no more lines once so many bytes of them are read.
    """
    if not is_cuttable(encoding):
        with io.TextIOWrapper(source, encoding, errors="replace", newline="\n") as texts:
            for text in texts:
                yield text.removeprefix("\ufeff").encode("utf-8", "replace")
        return
    lines = source if size is None else _until(source, size)
    if encoding == "utf-8":
        yield from lines
        return
    for line in lines:
        try:
            yield line.decode(encoding).encode()
        except UnicodeDecodeError:
            yield line


def _until(source: BinaryIO, size: int) -> Iterator[bytes]:
    read = 0
    while read < size and (line := source.readline()):
        read += len(line)
        yield line


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
