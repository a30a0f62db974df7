"""The errors that `model` raises; each message says what is wrong, where, and what to do.

ThemetagError
├── SeedsError       the seeds cannot be trained on; every problem with its file and line
├── BundleError      a bundle is missing, damaged, foreign or too new
├── DocumentError    a document cannot be read
├── ParagraphError   a paragraph cannot be tagged
└── UnknownThemeError  a theme was named that the bundle does not have
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class ThemetagError(Exception):
    """Base of every error a caller of `model` may want to catch."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with the seeds: the file, the line (from 1; 0 = the whole file) and what it is."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


class SeedsError(ThemetagError):
    """The seeds have problems; all of them are in `problems` and in the message, a line each."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        count = f"{len(self.problems)} problem" + ("s" if len(self.problems) != 1 else "")
        super().__init__("\n".join([f"{count} in labelled text or themes:", *map(str, self.problems)]))


class BundleError(ThemetagError):
    """A bundle cannot be used; the message says why and what to do."""


class DocumentError(ThemetagError):
    """A document cannot be read; the message names the file and the cause.

    `type` is a stable name: empty, no-text, too-large, undecodable, unsupported, protected or broken.
    """

    def __init__(self, type: str, name: str, cause: str) -> None:
        self.type = type
        self.cause = cause
        super().__init__(f"{name}: {cause}")


class ParagraphError(ThemetagError):
    """A paragraph cannot be tagged. `type` is a stable name: not-text, empty or too-long."""

    def __init__(self, type: str, detail: str) -> None:
        self.type = type
        super().__init__(detail)


class UnknownThemeError(ThemetagError):
    """A theme key that the bundle does not know; the message lists those it knows."""

    def __init__(self, key: object, known: Iterable[str]) -> None:
        shown = repr(key) if len(repr(key)) <= 60 else f"{repr(key)[:60]}…"
        super().__init__(f"unknown theme {shown}; the themes are {', '.join(known)}")
