"""Posts: front matter, then Markdown with HTML in it."""

import re
from dataclasses import replace

import yaml

from model.document.markup import MarkupReader
from model.document.parts import Line
from model.document.places import Placed, Run

_FRONT = re.compile(r"\s*---[ \t]*\r?\n(.{0,65536}?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^title[ \t]*:[ \t]*(.+)$", re.MULTILINE)


def has_front_matter(source: str) -> bool:
    """The source begins with front matter."""
    found = _FRONT.match(source)
    return bool(found and re.search(r"^\w+[ \t]*:", found[1], re.MULTILINE))


def post_lines(source: str) -> tuple[list[Line], list[str]]:
    """The lines of a post, the front matter's title first, and warnings."""
    if not has_front_matter(source):
        return MarkupReader(source, markdown=True).lines, []
    front = _FRONT.match(source)
    assert front is not None  # noqa: S101  # has_front_matter has matched it
    title, warnings = _title(front[1])
    body = MarkupReader(source, front.end(), markdown=True).lines
    if not title:
        return body, warnings
    start = source.find(title, front.start(1), front.end(1))
    place = Run(0, start, start + len(title)) if start >= 0 else Run(0, front.start(1), front.end(1))
    heads = [replace(line, kind="heading") if line.kind == "title" else line for line in body]
    return [Line(Placed(title, (place,)), "title", whole=True), *heads], warnings


def _title(front: str) -> tuple[str, list[str]]:
    """The title in the front matter, empty where it has none."""
    try:
        values = yaml.safe_load(front)
        title = values.get("title") if isinstance(values, dict) else None
    except (yaml.YAMLError, ValueError, RecursionError):
        found = _TITLE.search(front)
        title = found[1].strip().strip("\"'") if found else None
        return title or "", ["the front matter is no YAML: only its title was read"]
    return (" ".join(str(title).split()) if isinstance(title, str | int | float) else ""), []
