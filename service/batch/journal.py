"""The folder of a run: which run it is, which parts are done, and who is at it."""

import contextlib
import json
import os
import socket
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from service.batch.errors import BatchError
from service.batch.parts import Part
from service.batch.sources import File
from service.batch.storage import is_local, place, read_json_file, write_json_file
from service.batch.tally import Tally

Columns = tuple[tuple[str, str], ...]

OWN = "_themetag"
"""The folder in it that is the run's own; readers of data folders pass over names that begin with `_`."""


class Journal:
    """What is known of a run in its folder.

    :ivar folder: where the pieces are; the folder `_themetag` in it has run.json, a tally a piece, drafts and the lock.
    """

    def __init__(self, folder: str, ending: str) -> None:
        self.folder = folder
        self.ending = ending
        self.own = f"{folder}/{OWN}"
        self._files, _ = place(folder)

    def piece(self, number: int) -> str:
        """Where the rows of a part go."""
        return f"{self.folder}/part-{number:06d}{self.ending}"

    def told(self, number: int) -> str:
        """Where the tally of a part goes; where it and the piece are, the part is done."""
        return f"{self.own}/{number:06d}.json"

    def begun(self, identity: dict[str, Any]) -> tuple[list[Part], Columns] | None:
        """The parts and the columns of the run that was begun here, None where none was.

        :raises BatchError: when it was another run: with another bundle, input or option.
        """
        try:
            found = read_json_file(f"{self.own}/run.json")
        except FileNotFoundError:
            return None
        differing = [name for name, value in identity.items() if found["identity"].get(name) != value]
        if differing:
            raise BatchError(
                f"{self.folder} holds a run begun with {' and '.join(f'another {name}' for name in differing)}: "
                "call that one again to finish it, or remove the folder to begin anew"
            )
        files = [File(**file) for file in found["files"]]
        parts = [Part(files[file], *rest) for file, *rest in found["parts"]]
        return parts, tuple((name, kind) for name, kind in found["columns"])

    def begin(self, identity: dict[str, Any], files: Sequence[File], parts: Sequence[Part], columns: Columns) -> None:
        """Write down which run it is, its parts and the columns of its input."""
        index = {file: number for number, file in enumerate(files)}
        cuts = [[index[p.file], p.start, p.end, p.row, p.line, p.size, p.encoding] for p in parts]
        value = {"identity": identity, "files": [asdict(file) for file in files], "parts": cuts}
        write_json_file(f"{self.own}/run.json", value | {"columns": columns})

    def done(self) -> dict[int, Tally]:
        """The tallies of the parts that are done; those that could not be read, or are gone, are to be tried again."""
        found = {item.rpartition("/")[2] for item in self._files.find(place(self.folder)[1], maxdepth=1)}
        there = [number for number in self._numbers() if self.piece(number).rpartition("/")[2] in found]
        tallies = {number: Tally.from_json(read_json_file(self.told(number))) for number in there}
        return {number: tally for number, tally in tallies.items() if tally.failure is None}

    def _numbers(self) -> list[int]:
        """The parts that have a tally."""
        names = {item.rpartition("/")[2] for item in self._files.find(place(self.own)[1], maxdepth=1)}
        return sorted(int(name[:-5]) for name in names if name.endswith(".json") and name[:-5].isdigit())

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        self._files.rm(place(self.folder)[1], recursive=True)

    def remove_drafts(self) -> None:
        """Remove what processes that were killed left unfinished."""
        for item in self._files.find(place(self.own)[1], maxdepth=1):
            if item.endswith(".draft"):
                self._files.rm(item)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else is at this run meanwhile; a lock whose process is gone is taken over.

        :raises BatchError: when somebody is.
        """
        self._files.makedirs(place(self.own)[1], exist_ok=True)
        lock = f"{self.own}/lock"
        mine = {"host": socket.gethostname(), "pid": os.getpid(), "run": uuid.uuid4().hex}
        while not self._take(lock, mine):
            self._check_stale(lock)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                if read_json_file(lock) == mine:  # the folder may be gone, and another run have begun
                    self._files.rm(place(lock)[1])
                    if not self._numbers():  # nothing is done that would be lost
                        self.remove()

    def _take(self, lock: str, mine: dict[str, object]) -> bool:
        path = place(lock)[1]
        content = json.dumps(mine).encode()
        if is_local(lock):
            try:
                with Path(path).open("xb") as file:
                    file.write(content)
            except FileExistsError:
                return False
            return True
        if self._files.exists(path):
            return False
        self._files.pipe_file(path, content)
        return bool(json.loads(self._files.cat_file(path)) == mine)

    def _check_stale(self, lock: str) -> None:
        """Put a lock away whose process is gone."""
        try:
            holder = read_json_file(lock)
        except FileNotFoundError:
            return
        except ValueError:
            holder = {}  # its process was killed before it had written its name, or is about to
        here = holder.get("host") == socket.gethostname()
        if not here or _is_alive(holder["pid"]):
            who = f"process {holder.get('pid', '?')} on {holder.get('host', '?')}"
            raise BatchError(f"{who} is at work on {self.folder}; if it is not, remove {lock}")
        aside = f"{lock}.{uuid.uuid4().hex}.draft"
        with contextlib.suppress(FileNotFoundError):  # another process was first
            self._files.mv(place(lock)[1], place(aside)[1])
            if read_json_file(aside) != holder:  # and has taken it already: that one is at work
                self._files.mv(place(aside)[1], place(lock)[1])


def _is_alive(pid: int) -> bool:
    if os.name == "nt":  # where signal 0 would end it
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
