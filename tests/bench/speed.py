"""How fast the tagger is beside the scikit-learn pipeline most people would write, and beside its own segmenter.

usage: python tests/bench/speed.py [RESULTS.json]

All are measured in turns (A/B/A/B) on the same texts in one run, by the processor's time of this process where one
thread works; medians are shown. Machines are noisy: trust the ratios, not the rates. Results go to
build/bench/speed.json unless another file is named.
"""

import json
import statistics
import subprocess
import sys
import time
import warnings
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import rjieba
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

from model import Tagger
from model.bundle import DEFAULT
from model.seeds import load_seeds
from model.training import label_matrix, train

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "build" / "bench" / "speed.json"
ROUNDS = 5
CHARACTERS = 60_000
LENGTHS = (40, 150, 1500)
START = """
import time; begin = time.perf_counter()
from model import Tagger
Tagger.load().tag("农商行发放绿色贷款")
seconds = time.perf_counter() - begin
import json, sys
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps([seconds, int(status["VmRSS"].split()[0]) / 1000, "sklearn" in sys.modules]))
"""

Way = Callable[[Sequence[str]], object]


def drain(answers: object) -> None:
    deque(answers, maxlen=0)


def plain_pipeline() -> Way:
    """jieba.lcut into TF-IDF of words and pairs of words, and one logistic regression a theme."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    pipeline = make_pipeline(
        TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None, ngram_range=(1, 2)),
        OneVsRestClassifier(LogisticRegression(max_iter=1000)),
    )
    labels = label_matrix(SEEDS.paragraphs, [theme.key for theme in SEEDS.themes])
    return pipeline.fit([paragraph.text for paragraph in SEEDS.paragraphs], labels).predict_proba


def ways(tagger: Tagger) -> dict[str, Way]:
    """What is compared; answers are let go as they come."""
    jieba = rjieba.Jieba()
    return {
        "plain scikit-learn pipeline": plain_pipeline(),
        "rjieba.cut alone": lambda texts: drain(jieba.cut(text, False) for text in texts),
        "tag_many": lambda texts: drain(tagger.tag_many(texts)),
        "tag, one at a time": lambda texts: drain(tagger.tag(text) for text in texts),
        "tag_many with evidence": lambda texts: drain(tagger.tag_many(texts, evidence=True)),
        "tag with evidence": lambda texts: drain(tagger.tag(text, evidence=True) for text in texts),
    }


def texts_of(length: int) -> list[str]:
    """Texts of the seeds, one after the other, cut to `length`."""
    whole = "".join(paragraph.text for paragraph in SEEDS.paragraphs[::4])[:CHARACTERS]
    return [whole[start : start + length] for start in range(0, len(whole) - length + 1, length)]


def in_turns(calls: dict[str, Callable[[], object]], clock: Callable[[], float]) -> dict[str, float]:
    """The median seconds of each call."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            begin = clock()
            call()
            seconds[name].append(clock() - begin)
    return {name: statistics.median(times) for name, times in seconds.items()}


def compare(tagger: Tagger) -> dict[str, dict[str, float]]:
    """MB/s of each way for each length of text."""
    compared = ways(tagger)
    rates: dict[str, dict[str, float]] = {}
    for length in LENGTHS:
        texts = texts_of(length)
        size = sum(len(text.encode()) for text in texts) / 1e6
        medians = in_turns({name: lambda w=way, t=texts: w(t) for name, way in compared.items()}, time.process_time)
        rates[str(length)] = {name: size / median for name, median in medians.items()}
    return rates


def threads(tagger: Tagger) -> float:
    """How many times faster two threads are than one, by the clock on the wall."""
    halves = [(texts := texts_of(150))[::2], texts[1::2]]
    with ThreadPoolExecutor(2) as pool:
        medians = in_turns(
            {
                "one": lambda: [drain(tagger.tag_many(half)) for half in halves],
                "two": lambda: list(pool.map(lambda half: drain(tagger.tag_many(half)), halves)),
            },
            time.perf_counter,
        )
    return medians["one"] / medians["two"]


def starts() -> dict[str, float | bool]:
    """From import to the first tag, in fresh processes."""
    found = [
        json.loads(subprocess.run([sys.executable, "-c", START], capture_output=True, check=True, cwd=ROOT).stdout)
        for _ in range(ROUNDS)
    ]
    seconds, memory, learner = zip(*found, strict=True)
    return {
        "import to first tag, s": statistics.median(seconds),
        "resident, MB": statistics.median(memory),
        "scikit-learn imported": any(learner),
    }


def training() -> float:
    begin = time.perf_counter()
    train(SEEDS)
    return time.perf_counter() - begin


def table(rates: dict[str, dict[str, float]]) -> str:
    """The rates as a table, each with its ratio to the plain pipeline and to the segmenter."""
    head = "".join(f" {length} characters: MB/s | x plain | of cut |" for length in rates)
    lines = [f"| |{head}", "|---|" + "---:|" * (3 * len(rates))]
    plain, cut = list(ways_named := next(iter(rates.values())))[:2]
    for name in ways_named:
        cells = "".join(
            f" {of[name]:.2f} | {of[name] / of[plain]:.1f} | {of[name] / of[cut]:.2f} |" for of in rates.values()
        )
        lines.append(f"| {name} |{cells}")
    return "\n".join(lines)


def main(target: Path) -> None:
    """Measure, print and write."""
    tagger = Tagger.load()
    rates = compare(tagger)
    print(table(rates), flush=True)
    others = {
        "two threads, x one": threads(tagger),
        **starts(),
        "bundle, MB": sum(path.stat().st_size for path in DEFAULT.iterdir()) / 1e6,
        "training, s": training(),
    }
    for name, value in others.items():
        print(f"{name:<26}{value:>8.2f}" if isinstance(value, float) else f"{name:<26}{value!s:>8}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"MB/s": rates, **others}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    SEEDS = load_seeds(ROOT / "seeds")
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else RESULTS)
