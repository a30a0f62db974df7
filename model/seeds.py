"""The seeds: themes and labelled paragraphs as people edit them, read and checked.

Every problem is collected with its file and line, so that one run tells them all.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from model.duplicates import duplicate_problems
from model.errors import Problem, SeedsError
from model.labelled import Paragraph, read_labelled
from model.text import HAN, HAN_PUNCTUATION

MIN_ROWS = 5
"""The fewest paragraphs a theme can be trained on: each of the folds needs one."""

Filled = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def _unwrapped(text: str) -> str:
    """Prose of several lines as one; between Chinese lines no blank remains."""
    one = re.sub(rf"(?<=[{HAN}{HAN_PUNCTUATION}，；：])\s*\n\s*", "", text.strip())
    return re.sub(r"\s*\n\s*", " ", one)


Prose = Annotated[str, AfterValidator(_unwrapped)]


class Pair(BaseModel):
    """Two kinds of terms that speak of the theme when one of each meet: near each other in one sentence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    who: Annotated[tuple[Filled, ...], Field(min_length=1)]
    what: Annotated[tuple[Filled, ...], Field(min_length=1)]


class Theme(BaseModel):
    """A theme as `themes/KEY.toml` describes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    name_zh: Filled
    name_en: Filled
    definition: Prose = ""
    excludes: Prose = ""
    color: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] = "#6b7280"
    terms: tuple[Filled, ...] = ()
    pairs: tuple[Pair, ...] = ()


@dataclass(frozen=True)
class Seeds:
    """Checked seeds. `digest` is the SHA-256 of every file they were read from."""

    themes: tuple[Theme, ...]
    paragraphs: tuple[Paragraph, ...]
    digest: str


def load_seeds(folder: Path) -> Seeds:
    """Read and check a folder with `themes/*.toml` and `paragraphs/*.jsonl`, each theme with paragraphs enough.

    :raises SeedsError: with every problem of every file.
    """
    seeds, *rest = load_folders([folder])
    if rest:
        raise SeedsError([_too_few(theme, f"themes/{theme.key}.toml", seeds.paragraphs) for theme in rest[0].themes])
    return seeds


def load_folders(folders: Sequence[Path]) -> list[Seeds]:
    """Read and check folders of seeds together: the first is to be trained whole, each other added to it.

    A folder may name the themes of all; only the first needs paragraphs. A theme with fewer than `MIN_ROWS` is learnt
    from its terms too: such themes of the first folder come as second seeds, without paragraphs of their own.

    :raises SeedsError: with every problem of every file of every folder.
    """
    problems: list[Problem] = []
    names = {folder: f"{folder}/" if len(folders) > 1 else "" for folder in folders}
    themes_of = {folder: _read_themes(folder, names[folder], problems) for folder in folders}
    _check_defined_once(folders, names, problems)
    known = {path.stem for folder in folders for path in (folder / "themes").glob("*.toml")}  # broken ones too
    rows_of = {folder: list(_read_paragraphs(folder, names[folder], known, problems)) for folder in folders}
    rows = [row for folder in folders for row in rows_of[folder]]
    problems += duplicate_problems(rows)
    first = folders[0]
    if not rows_of[first] and not any((first / "paragraphs").glob("*.jsonl")):
        problems.append(Problem(f"{names[first]}paragraphs", 0, f"no *.jsonl file in {first / 'paragraphs'}"))
    thin = [theme for theme in themes_of[first] if _count(theme, rows_of[first]) < MIN_ROWS]
    for folder in folders:
        for theme in thin if folder == first else themes_of[folder]:
            if _count(theme, rows) < MIN_ROWS and not theme.terms and not theme.pairs:
                problems.append(_too_few(theme, f"{names[folder]}themes/{theme.key}.toml", rows))
    for theme in themes_of[first]:
        if (without := len(rows_of[first]) - _count(theme, rows_of[first])) < MIN_ROWS and theme not in thin:
            message = (
                f"theme {theme.key!r} stands in all paragraphs but {without}, at least {MIN_ROWS} without it are needed"
            )
            problems.append(Problem(f"{names[first]}themes/{theme.key}.toml", 0, message))
    if not problems and len(thin) == len(themes_of[first]):
        problems.append(Problem(f"{names[first]}themes", 0, f"no theme has {MIN_ROWS} labelled paragraphs"))
    if problems:
        raise SeedsError(sorted(problems))
    enough = tuple(theme for theme in themes_of[first] if theme not in thin)
    return [
        Seeds(enough, tuple(rows_of[first]), _digest(first)),
        *([Seeds(tuple(thin), (), _digest(first))] if thin else []),
        *(Seeds(tuple(themes_of[folder]), tuple(rows_of[folder]), _digest(folder)) for folder in folders[1:]),
    ]


def _count(theme: Theme, rows: Iterable[Paragraph]) -> int:
    return sum(theme.key in row.themes for row in rows)


def _too_few(theme: Theme, file: str, rows: Iterable[Paragraph]) -> Problem:
    count = _count(theme, rows)
    return Problem(file, 0, f"theme {theme.key!r} has {count} labelled paragraphs, at least {MIN_ROWS} are needed")


def _check_defined_once(folders: Sequence[Path], names: Mapping[Path, str], problems: list[Problem]) -> None:
    seen: dict[str, str] = {}
    for folder in folders:
        for path in sorted((folder / "themes").glob("*.toml")):
            place = f"{names[folder]}themes/{path.name}"
            if path.name in seen:
                line = _line_of(path.read_text("utf-8-sig", "replace"), "key")
                problems.append(Problem(place, line, f"theme {path.stem!r} is defined in {seen[path.name]} already"))
            seen.setdefault(path.name, place)


def _read_paragraphs(folder: Path, name: str, known: set[str], problems: list[Problem]) -> Iterator[Paragraph]:
    for path in sorted((folder / "paragraphs").glob("*.jsonl")):
        yield from read_labelled(path, known, problems, f"{name}paragraphs/{path.name}")


def _read_themes(folder: Path, prefix: str, problems: list[Problem]) -> list[Theme]:
    files = sorted((folder / "themes").glob("*.toml"))
    if not files:
        problems.append(Problem(f"{prefix}themes", 0, f"no *.toml file in {folder / 'themes'}"))
    themes = []
    for path in files:
        name = f"{prefix}themes/{path.name}"
        try:
            source = path.read_bytes().decode("utf-8-sig")
            theme = Theme.model_validate(tomllib.loads(source))
        except UnicodeDecodeError as error:
            problems.append(Problem(name, 0, f"is not UTF-8 text (byte {error.start})"))
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            problems.append(Problem(name, int(line[1]) if line else 0, f"is not TOML: {error}"))
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                key = ".".join(map(str, detail["loc"]))
                problems.append(Problem(name, _line_of(source, str(detail["loc"][0])), f"{key}: {detail['msg']}"))
        else:
            problems += _theme_problems(theme, path.stem, name, source)
            themes.append(theme)
    return themes


def _theme_problems(theme: Theme, stem: str, name: str, source: str) -> Iterator[Problem]:
    if theme.key != stem:
        yield Problem(name, _line_of(source, "key"), f"key {theme.key!r} differs from the file's name {stem!r}")
    groups = [("terms", theme.terms)] + [
        (side, getattr(pair, side)) for pair in theme.pairs for side in ("who", "what")
    ]
    for group, terms in groups:
        for term in sorted({term for term in terms if terms.count(term) > 1}):
            yield Problem(name, _line_of(source, group), f"term {term!r} stands twice in one list")


def _line_of(source: str, key: str) -> int:
    """The line (from 1) that sets `key`, or 0."""
    found = re.search(rf"^[ \t]*(\[\[)?{re.escape(key)}\b", source, re.MULTILINE)
    return source.count("\n", 0, found.start()) + 1 if found else 0


def _digest(folder: Path) -> str:
    files = sorted([*(folder / "themes").glob("*.toml"), *(folder / "paragraphs").glob("*.jsonl")])
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()
