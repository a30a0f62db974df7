"""What became of rows: counted a part, added up for a run."""

from collections import Counter
from dataclasses import dataclass, field

SHOWN = 10
"""The most failed rows of a part that are told one by one."""

Row = dict[str, object]


@dataclass
class Tally:
    """What became of rows.

    :ivar tagged: rows with tags; `none` those without a theme, `review` those with a theme to look at.
    :ivar problems: the first failed rows, each with its line and a sentence.
    :ivar failure: why the file could not be read to its end.
    """

    part: int = 0
    rows: int = 0
    tagged: int = 0
    none: int = 0
    review: int = 0
    errors: int = 0
    bytes: int = 0
    themes: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[int, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failure: str | None = None

    def count(self, row: Row, line: int) -> None:
        """Count an output row."""
        self.rows += 1
        themes, error = row.get("themes"), row.get("error")
        if isinstance(error, dict):
            self.errors += 1
            if len(self.problems) < SHOWN:
                self.problems.append((line, error["detail"]))
        elif isinstance(themes, list):
            self.tagged += 1
            self.none += not themes
            self.review += bool(row["review"])
            for key in themes:  # quicker for a few than the counter's own update
                self.themes[key] += 1

    def add(self, other: "Tally") -> None:
        """Add the numbers of another."""
        for name in ("rows", "tagged", "none", "review", "errors", "bytes"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.themes.update(other.themes)

    @classmethod
    def from_json(cls, value: Row) -> "Tally":
        """The tally that was written as JSON."""
        read = cls(**value)  # type: ignore[arg-type]  # written by `tag_part`
        read.themes = Counter(read.themes)
        read.problems = [(line, detail) for line, detail in read.problems]
        return read
