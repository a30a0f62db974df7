"""The log: a line of JSON for each request and each event, on standard error. No text of a caller ever stands in it."""

import json
import logging
import os
import re
import sys
import time
import traceback
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")


class JsonLines(logging.Formatter):
    """An event as a line of JSON; of an exception its type and its way, for its message may repeat a paragraph."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {"time": _now(), "level": record.levelname.lower(), "event": record.getMessage()}
        if record.exc_info and record.exc_info[0]:
            frames = traceback.extract_tb(record.exc_info[2])
            line["error"] = record.exc_info[0].__name__
            line["way"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line, ensure_ascii=False)


def log_config(level: str = "WARNING") -> dict[str, Any]:
    """The configuration of `logging` under which everything becomes lines of JSON."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"level": level, "handlers": ["stderr"]},
        "loggers": {"gunicorn.error": {"level": level, "handlers": [], "propagate": True}},
    }


def request_id(sent: str | None) -> str:
    """The caller's id of a request if it is a plain word of at most 64 characters, else a new one."""
    return sent if sent and _SANE.fullmatch(sent) else os.urandom(8).hex()


def log_request(id: str, method: str, route: str, status: int, seconds: float, paragraphs: int) -> None:
    """Write the line of a request; `method` and `route` are known words. Written out, for it is on every call's way."""
    sys.stderr.write(
        f'{{"time": "{_now()}", "request": "{id}", "method": "{method}", "route": "{route}", "status": {status}, '
        f'"ms": {seconds * 1000:.2f}, "paragraphs": {paragraphs}}}\n'
    )


def _now() -> str:
    now = time.time()
    return f"{_second(int(now))}.{int(now % 1 * 1000):03}+00:00"


@lru_cache(2)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
