"""Bytes into text: the encoding by its mark, by UTF-8 itself, by what the document declares, else by statistics."""

import codecs
import re

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"<(?:meta[^<>]{0,200}charset|\?xml[^<>]{0,80}encoding)\s*=\s*[\"']?([\w-]{2,20})", re.IGNORECASE
)
_CANDIDATES = ("gb18030", "big5hkscs", "utf_16_le", "utf_16_be")
_SAMPLE = 65536
_MOST_DAMAGE = 0.02
_LEAST_ZEROS = 0.02
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


class UndecodableError(Exception):
    """The bytes are no text in an encoding that is read."""


def decoded(data: bytes) -> tuple[str, list[str]]:
    """The text of `data`, and warnings.

    :raises UndecodableError: when it is no text.
    """
    text, warnings = _decoded(data)
    controls = len(_CONTROL.findall(text))
    if controls > max(4, len(text) * _MOST_DAMAGE):
        raise UndecodableError(f"it is binary: {controls} of {len(text)} characters are control characters")
    if controls:
        warnings.append(f"{controls} control characters were read as blanks")
        text = _CONTROL.sub(" ", text)
    return text, warnings


def _decoded(data: bytes) -> tuple[str, list[str]]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _repaired(data[len(mark) :], encoding)
    declared = _declared(data)
    if unmarked := _utf_16(data):
        return _repaired(data, unmarked)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _by_statistics(data, declared)
    wrong = declared and declared != "utf-8" and not data.isascii()
    return text, [f"the document says that it is {declared}, and is utf-8"] if wrong else []


def _utf_16(data: bytes) -> str | None:
    """Which UTF-16 it is by its ASCII characters: their zeros stand at every second byte only."""
    sample = data[:_SAMPLE]
    first, second = sample[::2].count(0), sample[1::2].count(0)
    if len(data) % 2 or max(first, second) <= len(sample) * _LEAST_ZEROS or min(first, second):
        return None
    return "utf-16-be" if first else "utf-16-le"


def _declared(data: bytes) -> str | None:
    """The encoding that the markup names, where Python knows it; gb2312 and gbk are read as the wider gb18030."""
    found = _DECLARED.search(data[:4096])
    if not found:
        return None
    try:
        name = codecs.lookup(found[1].decode("ascii", "replace")).name
    except LookupError:
        return None
    return {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}.get(name, name)


def _by_statistics(data: bytes, declared: str | None) -> tuple[str, list[str]]:
    if declared in _CANDIDATES:
        try:
            return data.decode(declared), []
        except UnicodeDecodeError:
            pass
    damaged = data.decode("utf-8", "replace")
    bad = damaged.count("\ufffd")
    if bad <= len(damaged) * _MOST_DAMAGE:
        return damaged, [_damage(bad, "utf-8")]
    best = from_bytes(data[:_SAMPLE], cp_isolation=list(_CANDIDATES), threshold=0.5, enable_fallback=False).best()
    if best is None:
        best = from_bytes(
            data[: _SAMPLE - 1], cp_isolation=list(_CANDIDATES), threshold=0.5, enable_fallback=False
        ).best()
    if best is None:
        return _repaired(data, declared or "gb18030")
    text, warnings = _repaired(data, best.encoding)
    if declared:
        warnings.append(f"the document says that it is {declared}, and is {best.encoding}")
    return text, warnings


def _repaired(data: bytes, encoding: str) -> tuple[str, list[str]]:
    text = data.decode(encoding, "replace")
    bad = text.count("\ufffd")
    if bad > max(4, len(text) * _MOST_DAMAGE):
        raise UndecodableError(f"it is no text in UTF-8, UTF-16, GB18030 or Big5 ({bad} bytes make no character)")
    return text, [_damage(bad, encoding)] if bad else []


def _damage(bad: int, encoding: str) -> str:
    return f"{bad} places are no {encoding} and were read as \ufffd"
