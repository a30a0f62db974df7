"""One part tagged, by whichever process it falls to: read, tagged, written, and told in a tally."""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from model import Tagger
from service.batch.columns import carried
from service.batch.errors import BatchError, InputError
from service.batch.journal import Journal
from service.batch.parts import Part
from service.batch.readers import Reading, Record, records
from service.batch.sources import File
from service.batch.storage import new_file, write_json_file
from service.batch.tally import Tally
from service.batch.writers import Target
from service.documents import body_answer
from service.paragraphs import Wishes, tag_items
from service.problems import problem_uri

Row = dict[str, object]

TOGETHER = 256
"""Rows of a part in memory at a time."""


@dataclass(frozen=True)
class Task:
    """How a run tags its parts; small, for it goes to every worker.

    :ivar bundle: the folder of the bundle, which every worker must see; `digest` what it must be.
    :ivar taken: names that a column of the input cannot keep.
    :ivar several: rows say the file they are of.
    """

    bundle: str | None
    digest: str
    reading: Reading
    wishes: Wishes
    taken: frozenset[str]
    several: bool


def tag_part(task: Task, target: Target, journal: Journal, part: Part, number: int, here: Tagger | None) -> Tally:
    """Tag a part into its piece, then write its tally; either is whole or not there.

    :param here: the tagger of the process that called; None in another, which loads its own.
    :raises BatchError: when this process has another bundle.
    :raises OSError: when the output cannot be written.
    """
    tagger = here or _tagger(task.bundle)
    if tagger.digest != task.digest:
        raise BatchError(f"a worker has bundle {tagger.version}, and the run another: give --bundle a shared folder")
    tally = Tally(part=number, bytes=part.size)
    with new_file(journal.piece(number), journal.own) as out:
        target.write(out, tag_rows(tagger, part, task, tally))
    write_json_file(journal.told(number), vars(tally), journal.own)
    return tally


def tag_rows(tagger: Tagger, part: Part, task: Task, tally: Tally) -> Iterator[Row]:
    """The output rows of a part, counted in `tally`; a file that cannot be read further ends it with a failure."""
    rest = records(part, task.reading, tally.warnings.append)
    while True:
        batch: list[Record] = []
        try:
            batch.extend(islice(rest, TOGETHER))
        except InputError as error:
            tally.failure = str(error)
        yield from tag_records(tagger, batch, part.file, task, tally)
        if len(batch) < TOGETHER or tally.failure:
            return


def tag_records(tagger: Tagger, batch: Sequence[Record], file: File, task: Task, tally: Tally) -> Iterator[Row]:
    """The output rows of some records of a file, counted in `tally`."""
    answers = iter(tag_items(tagger, [record.item for record in batch if record.item is not None], task.wishes))
    for record in batch:
        row = _row(record, next(answers) if record.item is not None else {}, file, task)
        tally.count(row, record.line)
        yield row


def _row(record: Record, answer: Row, file: File, task: Task) -> Row:
    """The columns of the input, and what tagging says of it."""
    row: Row = {"file": file.name} if task.several else {}
    if record.placed is not None:
        return row | dict(record.fields) | body_answer(answer, record.placed)
    if record.problem is not None:
        type, detail = record.problem
        answer = {"error": {"type": problem_uri(type), "detail": detail}}
        return row | _kept(record, task, ("id", "line")) | answer
    item = record.item
    if isinstance(item, dict):
        row |= item
    row |= _kept(record, task)
    del answer["id"]
    return row | answer


def _kept(record: Record, task: Task, own: tuple[str, ...] = ()) -> Row:
    return {name if name in own else carried(name, task.taken): value for name, value in record.fields.items()}


@functools.lru_cache(maxsize=1)
def _tagger(bundle: str | None) -> Tagger:
    """The bundle, loaded once a process."""
    return Tagger.load(bundle)
