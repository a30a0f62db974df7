"""How batch tagging holds up: two processes beside one, memory, what is not tagging, resuming.

usage: python tests/bench/archive.py [ROWS] [RESULTS.json]

ROWS (default 100,000; 1,000,000 for the whole thing) is the size of the archive; its rows are paragraphs of the seeds.
Rates are rows a second by the wall, each the best of two rounds in turns; machines are noisy: trust the ratios.
Results go to build/bench/archive.json unless another file is named.
"""

import functools
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

from model import Tagger
from model.seeds import load_seeds
from service.batch.parts import PART_BYTES, whole
from service.batch.readers import Reading, records
from service.batch.run import Order, run
from service.batch.sources import files_of
from service.batch.workers import Workers

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "build" / "bench" / "archive.json"
ROUNDS = 2
ONE_RUN = """
import sys
from pathlib import Path
from model import Tagger
from service.batch.run import Order, run
from service.batch.workers import Workers
tell = lambda tally: print(tally.part, flush=True)
run(Order(sys.argv[1], sys.argv[2], part_bytes=int(sys.argv[3])), Tagger.load(), Workers(1), lambda *_: tell)
print(next(line.split()[1] for line in Path("/proc/self/status").open() if line.startswith("VmHWM")))
"""


def archive(path: Path, rows: int) -> Path:
    """A JSONL file of so many rows."""
    texts = [paragraph.text for paragraph in load_seeds(ROOT / "seeds").paragraphs]
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(islice(cycle(texts), rows)):
            file.write(json.dumps({"id": number, "text": text, "year": 2000 + number % 25}, ensure_ascii=False) + "\n")
    return path


def seconds(call: Callable[[], object], clock: Callable[[], float]) -> float:
    begin = clock()
    call()
    return clock() - begin


def best(calls: dict[str, Callable[[], object]], clock: Callable[[], float]) -> dict[str, float]:
    """The least seconds of each call, all in turns."""
    rounds = [{name: seconds(call, clock) for name, call in calls.items()} for _ in range(ROUNDS)]
    return {name: min(times[name] for times in rounds) for name in calls}


def tag(source: Path, jobs: int = 1, part_bytes: int = PART_BYTES) -> None:
    order = Order(str(source), str(source.with_suffix(".out.jsonl")), part_bytes=part_bytes)
    run(order, Tagger.load(), Workers(jobs), lambda *_: lambda _: None)


def start(source: Path, target: Path, part_bytes: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", ONE_RUN, str(source), str(target), str(part_bytes)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def peak(source: Path) -> float:
    """The most memory of a run in a process of its own, in MB."""
    with start(source, source.with_suffix(".peak.jsonl"), PART_BYTES) as process:
        assert process.stdout
        *_, last = process.stdout
    return int(last) / 1000


def killed(source: Path) -> bool:
    """Whether a run that is killed three times ends with the digest of one that is not."""
    part_bytes = source.stat().st_size // 12
    targets = [source.with_suffix(f".{name}.jsonl") for name in ("killed", "calm")]
    for parts in (1, 2, 3):
        with start(source, targets[0], part_bytes) as process:
            assert process.stdout
            for _ in range(parts):
                process.stdout.readline()
            time.sleep(0.05)
            process.send_signal(signal.SIGKILL)
    for target in targets:
        with start(source, target, part_bytes) as process:
            process.communicate()
    first, second = (hashlib.file_digest(target.open("rb"), "sha256").digest() for target in targets)
    return first == second


def main(rows: int, target: Path) -> None:
    """Measure, print and write."""
    tagger = Tagger.load()
    with tempfile.TemporaryDirectory() as folder:
        source, small = archive(Path(folder) / "in.jsonl", rows), archive(Path(folder) / "small.jsonl", 10_000)
        size = source.stat().st_size
        (file,), _ = files_of(str(source))
        texts = [record.item["text"] for record in records(whole(file), Reading(), print)]  # type: ignore[index,call-overload]
        part = max(size // 16, 100_000)
        alone = best(
            {
                "tagger": lambda: deque(tagger.tag_many(texts), 0),
                "one part": functools.partial(tag, source, 1, size + 1),
                "parts": functools.partial(tag, source, 1, part),
            },
            time.process_time,
        )
        wall = best({str(n): functools.partial(tag, source, n, part) for n in (1, 2)}, time.perf_counter)
        found = {
            "rows": rows,
            "rows/s, one process": rows / wall["1"],
            "rows/s, two processes": rows / wall["2"],
            "MB/s, one process": size / wall["1"] / 1e6,
            "two processes, x one": wall["1"] / wall["2"],
            "share outside the tagger": 1 - alone["tagger"] / alone["parts"],
            "bookkeeping of 16 parts, share": alone["parts"] / alone["one part"] - 1,
            "peak of 10,000 rows, MB": peak(small),
            f"peak of {rows:,} rows, MB": peak(source),
            "killed three times, the same bytes": killed(source),
            "cores": len(os.sched_getaffinity(0)),
        }
    for name, value in found.items():
        print(f"{name:<36}{value:>12,.2f}" if isinstance(value, float) else f"{name:<36}{value!s:>12}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 100_000,
        Path(sys.argv[2]) if len(sys.argv) > 2 else RESULTS,
    )
