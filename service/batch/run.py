"""A run: the input listed and cut, its parts tagged each on its own, what is done skipped, the pieces joined."""

import errno
import functools
import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from model import Tagger
from service.batch.columns import Layout, columns_of, reserved
from service.batch.errors import BatchError, InputError, unreadable
from service.batch.journal import Journal
from service.batch.parts import PART_BYTES, Part, cut
from service.batch.readers import Reading
from service.batch.sources import File, files_of, is_several
from service.batch.storage import COMPRESSIONS, absolute, is_local, new_file, place
from service.batch.tagging import Task, tag_part
from service.batch.tally import SHOWN, Tally
from service.batch.workers import Workers
from service.batch.writers import FORMATS, Target
from service.paragraphs import Wishes

Tell = Callable[[Tally], None]


@dataclass(frozen=True)
class Order:
    """What to tag, how, and whereto.

    :ivar output: a file, or a folder where it ends in `/` or is one.
    """

    source: str
    output: str
    bundle: str | None = None
    reading: Reading = field(default_factory=Reading)
    wishes: Wishes = field(default_factory=Wishes)
    lines: bool = False
    part_bytes: int = PART_BYTES


@dataclass
class Outcome:
    """How a run ended.

    :ivar files: the files of rows that were written.
    :ivar problems: the first of the rows that could not be tagged, each a sentence with its place.
    :ivar failures: the files that could not be read, or not to their end.
    :ivar resumed: how many of the parts an earlier call had done.
    """

    source: str
    format: str = "jsonl"
    compression: str | None = None
    tally: Tally = field(default_factory=Tally)
    files: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    parts: int = 0
    resumed: int = 0

    def add(self, tally: Tally, file: File) -> None:
        """Add what became of a part of a file."""
        self.tally.add(tally)
        row = "row" if file.format in ("parquet", "excel") else "line"
        shown = tally.problems[: SHOWN - len(self.problems)]
        self.problems += [f"{file.name}: {row} {line}: {detail}" for line, detail in shown]
        self.warnings += [f"{file.name}: {warning}" for warning in tally.warnings]
        if tally.failure is not None:
            self.failures.append(f"{file.name}: {tally.failure}")


def run(order: Order, tagger: Tagger, workers: Workers, begin: Callable[[int, Tally], Tell]) -> Outcome:
    """Tag an archive; called again after it was stopped in any way, it goes on where it was.

    :param begin: told the bytes there are and what is done already; what it gives is told the tally of each part.
    :raises BatchError: when it cannot begin, or not go on.
    :raises OSError: when the output cannot be written.
    """
    format, compression, folder = output_of(order.output)
    files, unread = files_of(order.source, order.lines)
    ending = PurePosixPath(order.output.rstrip("/")).suffix if folder and compression else ""
    place_of_run = order.output.rstrip("/") if folder else f"{order.output}.parts"
    journal = Journal(absolute(place_of_run), f".{format}{ending}")
    _check_output(order, files, journal)
    with journal.locked():
        parts, task, target = _plan(order, tagger, files, format, journal, workers)
        target = replace(target, compression=compression if folder else None, whole=folder)
        warnings = [f"{name}: is of no format that is read" for name in unread]
        outcome = Outcome(order.source, format, compression, warnings=warnings, parts=len(parts))
        for tally in _tag(parts, task, target, journal, workers, begin, outcome, tagger):
            outcome.add(tally, parts[tally.part].file)
        if outcome.failures and not outcome.tally.rows:
            journal.remove()
            raise BatchError("; ".join(outcome.failures[:3]))
        pieces = [journal.piece(number) for number in range(len(parts))]
        if folder:
            outcome.files = pieces
            journal.remove_drafts()
        else:
            outcome.files = [order.output]
            with new_file(order.output) as out:
                replace(target, compression=compression, whole=True).join(out, pieces)
            journal.remove()
    return outcome


def output_of(output: str) -> tuple[str, str | None, bool]:
    """The format and compression of an output, by its ending, and whether it is a folder.

    :raises BatchError: when it is of no format that is written.
    """
    files, path = place(output)
    folder = output.endswith("/") or files.isdir(path)
    name = PurePosixPath(output.rstrip("/").lower())
    compression = COMPRESSIONS.get(name.suffix)
    ending = PurePosixPath(name.stem).suffix if compression else name.suffix
    format = FORMATS.get(ending, "jsonl" if folder else None)
    if format is None or (compression and format == "parquet"):
        allowed = ", ".join([*filter(None, FORMATS), *COMPRESSIONS])
        raise BatchError(f"{output!r} is none of {allowed}, and no folder: the ending says what is written")
    return format, compression, folder


def _check_output(order: Order, listed: Sequence[File], journal: Journal) -> None:
    """Refuse an output that lies in the input, or in the way of which is something else."""
    (_, source), (files, output) = place(order.source), place(order.output)
    if source == output:
        raise BatchError(f"{order.output!r} is the input: it would be replaced")
    inside = any(f"{place(file.address)[1]}/".startswith(f"{output}/") for file in listed)
    if inside or f"{output}/".startswith(f"{source}/"):
        raise BatchError(f"{order.output!r} lies in the input, and would be read as such: name another place")
    if is_local(order.output) and not files.isdir(output.rpartition("/")[0]):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), order.output)
    folder = place(journal.folder)[1]
    if files.exists(folder) and files.ls(folder) and not files.exists(journal.own):
        raise BatchError(f"{journal.folder} is there and is no output of themetag: name another place")


def _plan(
    order: Order, tagger: Tagger, files: Sequence[File], format: str, journal: Journal, workers: Workers
) -> tuple[list[Part], Task, Target]:
    """The parts, and how each is tagged and written: as an earlier call has it, else made and written down."""
    flat = format != "jsonl"
    keys = [theme.key for theme in tagger.themes]
    several = is_several(files, order.source)
    taken = reserved(keys, flat, several)
    identity = _identity(order, tagger, files)
    begun = journal.begun(identity)
    if begun is None:
        parts = _cut(files, order.part_bytes, workers)
        firsts = [part for part in parts if part.line == 1]
        begun = parts, columns_of(firsts, order.reading, taken, several) if flat else ()
        journal.begin(identity, files, *begun)
    parts, columns = begun
    wanted = order.wishes.themes
    themes = tuple(key for key in keys if wanted is None or key in wanted)
    layout = Layout(columns, themes, tuple(keys), order.wishes.evidence, (tagger.version, tagger.digest))
    task = Task(order.bundle, tagger.digest, order.reading, order.wishes, taken, several)
    return parts, task, Target(format, None, False, layout)


def _identity(order: Order, tagger: Tagger, files: Sequence[File]) -> dict[str, Any]:
    """What makes a run the same run; each key is what a message says is another one."""
    names = [[file.name, file.format, file.size, file.stamp] for file in files]
    wishes = order.wishes
    options = [
        output_of(order.output),
        asdict(order.reading),
        sorted(wishes.themes) if wishes.themes is not None else None,
        sorted((wishes.thresholds or {}).items()),
        wishes.evidence,
        wishes.max_characters,
        order.part_bytes,
        is_several(files, order.source),
    ]
    return {"bundle": tagger.digest, "input": _digest(names), "option": _digest(options)}


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def _cut(files: Sequence[File], part_bytes: int, workers: Workers) -> list[Part]:
    """The parts of all files in order; on a cluster its workers cut the files, for they may be far from here."""
    calls = [functools.partial(_cut_file, number, file, part_bytes) for number, file in enumerate(files)]
    if workers.dask:
        cuts = dict(workers.map(calls, len(calls)))
        return [part for number in range(len(files)) for part in cuts[number]]
    return [part for call in calls for part in call()[1]]


def _cut_file(number: int, file: File, part_bytes: int) -> tuple[int, list[Part]]:
    try:
        with unreadable(file.name):
            return number, cut(file, part_bytes)
    except InputError:  # reading it as a whole will say what is wrong with it
        return number, [Part(file, 0, None, 0, 1, file.size)]


def _tag(
    parts: Sequence[Part],
    task: Task,
    target: Target,
    journal: Journal,
    workers: Workers,
    begin: Callable[[int, Tally], Tell],
    outcome: Outcome,
    tagger: Tagger,
) -> list[Tally]:
    """The tallies of all parts in order, those that are not done tagged."""
    tallies = journal.done()
    outcome.resumed = len(tallies)
    already = Tally()
    for tally in tallies.values():
        already.add(tally)
    tell = begin(sum(part.size for part in parts), already)
    left = [number for number in range(len(parts)) if number not in tallies]
    here = tagger if workers.is_here(len(left)) else None
    calls = (functools.partial(tag_part, task, target, journal, parts[number], number, here) for number in left)
    for tally in workers.map(calls, len(left)):
        tallies[tally.part] = tally
        tell(tally)
    return [tallies[number] for number in range(len(parts))]
