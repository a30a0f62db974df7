"""Files, local or behind an fsspec address: opened for reading, and written under another name until they are whole."""

import contextlib
import io
import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from service.batch.errors import BatchError, needs_extra

BUFFER = 1 << 20

COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
"""What the endings of compressed files say."""


def place(address: str) -> tuple[AbstractFileSystem, str]:
    """The file system of an address, and the path in it.

    :raises BatchError: when there is no such kind of address, or its package is missing.
    """
    try:
        files, path = url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise BatchError(f"{address}: {error}") from error
    return files, str(path)


def is_local(address: str) -> bool:
    """Whether the address is a path of this machine."""
    return isinstance(place(address)[0], LocalFileSystem)


def absolute(address: str) -> str:
    """The address as processes with another working folder understand it."""
    return place(address)[1] if is_local(address) else address


def open_bytes(address: str, compression: str | None = None) -> BinaryIO:
    """The bytes of a file, unpacked; close it after use."""
    files, path = place(address)
    raw = files.open(path, "rb")
    buffered = cast("BinaryIO", raw if isinstance(files, LocalFileSystem) else io.BufferedReader(raw, BUFFER))
    return unpacked(buffered, compression)


def unpacked(source: BinaryIO, compression: str | None) -> BinaryIO:
    """What a compressed source holds."""
    if compression == "gzip":
        import gzip

        return cast("BinaryIO", gzip.GzipFile(fileobj=source))
    if compression == "zstd":
        return cast("BinaryIO", _zstd().open(source, "rb"))
    return source


@contextlib.contextmanager
def packed(target: BinaryIO, compression: str | None) -> Iterator[BinaryIO]:
    """Where to write what becomes a compressed target; the same bytes give the same bytes on any day."""
    if compression == "gzip":
        import gzip

        with gzip.GzipFile("", "wb", 6, target, mtime=0) as out:
            yield cast("BinaryIO", out)
    elif compression == "zstd":
        with _zstd().open(target, "wb") as out:
            yield out
    else:
        yield target


@contextlib.contextmanager
def new_file(address: str, drafts: str | None = None) -> Iterator[BinaryIO]:
    """A file that takes its name, replacing what had it, only when it is whole and on the disk.

    :param drafts: the folder for the draft; without it, the file's own.
    """
    files, path = place(address)
    folder, _, name = path.rpartition("/")
    draft = f"{place(drafts)[1] if drafts else folder}/.{name}.{uuid.uuid4().hex}.draft"
    try:
        with files.open(draft, "wb") as out:
            yield cast("BinaryIO", out)
            out.flush()
            if isinstance(files, LocalFileSystem):
                os.fsync(out.fileno())
        if isinstance(files, LocalFileSystem):
            Path(draft).replace(path)
        else:
            files.mv(draft, path)
    except BaseException:
        with contextlib.suppress(OSError):
            files.rm(draft)
        raise


def read_json_file(address: str) -> Any:
    """The JSON of a small file."""
    with open_bytes(address) as file:
        return json.load(file)


def write_json_file(address: str, value: object, drafts: str | None = None) -> None:
    """Write a small file of JSON, whole or not at all."""
    with new_file(address, drafts) as file:
        file.write(json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "backslashreplace"))


def _zstd() -> Any:
    try:
        from compression import zstd  # type: ignore[import-not-found]  # Python 3.14 has it
    except ImportError:
        try:
            from backports import zstd
        except ImportError as error:
            raise needs_extra("backports.zstd", "a .zst file") from error
    return zstd
