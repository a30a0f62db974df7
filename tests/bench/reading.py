"""How fast documents are read, in MB of the file a second, for each format.

usage: python tests/bench/reading.py

The samples of seeds/documents, those of text repeated to a megabyte; medians of several rounds.
"""

import statistics
import time
from pathlib import Path

from model.document import read_document

SAMPLES = Path(__file__).parents[2] / "seeds" / "documents"
ROUNDS = 5
SIZE = 1_000_000
REPEATED = {".txt", ".md", ".html"}


def content(path: Path) -> bytes:
    """The sample's bytes; of text as many copies as make a megabyte."""
    data = path.read_bytes()
    return data * (SIZE // len(data)) if path.suffix in REPEATED else data


def main() -> None:
    """Measure and print."""
    for path in sorted(SAMPLES.iterdir()):
        data = content(path)
        seconds = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            read_document(data, path.name)
            seconds.append(time.perf_counter() - start)
        print(f"{path.name:<16}{len(data) / 1e6:>8.3f} MB{len(data) / 1e6 / statistics.median(seconds):>9.2f} MB/s")


if __name__ == "__main__":
    main()
