"""What there is to tag: the files of an input that is a file, a folder, a pattern or an fsspec address."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from fsspec import AbstractFileSystem

from service.batch.errors import BatchError
from service.batch.storage import COMPRESSIONS, place
from service.documents import ENDINGS

FORMATS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "excel",
    ".xlsm": "excel",
    **dict.fromkeys(ENDINGS, "document"),
}
"""The format of a file, by its ending; those of documents too."""

LINES = "lines"
"""The format of text files with a paragraph a line."""

CUT = frozenset({"jsonl", "csv", LINES})
"""The formats that are rows of text, which may be compressed and are cut by bytes."""


@dataclass(frozen=True)
class File:
    """A file of the input.

    :ivar name: how messages and the column `file` call it: below the folder or pattern, else as it was given.
    :ivar size: in bytes, as stored.
    :ivar stamp: what changes when the file does.
    """

    address: str
    name: str
    format: str
    compression: str | None
    size: int
    stamp: str


def files_of(source: str, lines: bool = False) -> tuple[list[File], list[str]]:
    """The files of an input in the order of their names, and the names of those in it that are of no format read.

    Hidden files, and those whose name or folder begins with `_`, are passed over, as in Spark and Hive.

    :param lines: text files hold a paragraph a line, and are no documents.
    :raises BatchError: when there is nothing to tag.
    """
    files, path = place(source)
    if files.isfile(path):
        found = _file(files, path, source, lines)
        if found is None:
            allowed = ", ".join(sorted([*FORMATS, *COMPRESSIONS]))
            raise BatchError(f"{source!r} is none of {allowed}; rename it if it is")
        return [found], []
    if files.isdir(path):
        root, paths = path.rstrip("/"), files.find(path)
    else:
        root, paths = _before_pattern(path), [item for item in files.glob(path) if files.isfile(item)]
    names = {item: item[len(root) :].lstrip("/") for item in paths}
    seen = [(name, item) for item, name in names.items() if not _is_hidden(name)]
    known = [(name, _file(files, item, name, lines, bare=False)) for name, item in sorted(seen)]
    listed = [file for _, file in known if file]
    if not listed:
        raise BatchError(f"{source}: there is no file to tag")
    return listed, [name for name, file in known if not file]


def is_several(files: Sequence[File], source: str) -> bool:
    """Whether an input is more than a file named by itself, so that rows should say the file they are of."""
    return len(files) > 1 or files[0].name != source


def format_of(name: str, lines: bool = False, bare: bool = True) -> tuple[str | None, str | None]:
    """The format and the compression that a file's name tells; no format where it tells none that is read.

    :param bare: a name without an ending is JSONL.
    """
    path = PurePosixPath(name.lower())
    compression = COMPRESSIONS.get(path.suffix)
    ending = PurePosixPath(path.stem).suffix if compression else path.suffix
    format = FORMATS.get(ending) or ("jsonl" if bare and not ending else None)
    if lines and ending in (".txt", ""):
        format = LINES
    return (None if compression and format not in CUT else format), compression


def _file(files: AbstractFileSystem, path: str, name: str, lines: bool, bare: bool = True) -> File | None:
    format, compression = format_of(path.rpartition("/")[2], lines, bare)
    if format is None:
        return None
    info = files.info(path)
    address = path if "file" in _protocols(files) else files.unstrip_protocol(path)
    return File(address, name, format, compression, int(info.get("size") or 0), _stamp(info))


def _protocols(files: AbstractFileSystem) -> Sequence[str]:
    return (files.protocol,) if isinstance(files.protocol, str) else files.protocol


def _stamp(info: dict[str, Any]) -> str:
    """What stores call their mark of a version; local files have the time of the last change, to the nanosecond."""
    return str(next((info[key] for key in ("ETag", "etag", "mtime", "LastModified", "created") if info.get(key)), ""))


def _before_pattern(path: str) -> str:
    """The folders of a path before the first with a wildcard."""
    parts = path.split("/")
    first = next((n for n, part in enumerate(parts) if set(part) & set("*?[")), len(parts) - 1)
    return "/".join(parts[:first])


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "_")) for part in name.split("/"))
