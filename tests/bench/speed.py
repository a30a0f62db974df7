"""How fast the tagger is beside what one would otherwise pick, and beside its own segmenter.

usage: python tests/bench/speed.py [FOLDER]

All are trained on the same rows and measured in turns (A/B/A/B) on the same texts in one run, by the processor's time
of this process where one thread works; medians are shown. Machines are noisy: trust the ratios, not the rates.
speed.json and speed.svg go to build/bench unless another folder is named.
"""

import importlib.util
import json
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import rjieba
from matplotlib.figure import Figure
from rivals import Way, fast_text, held_out, jieba_cut, plain_pipeline

from model import Tagger
from model.bundle import DEFAULT
from model.evaluation import f1_of
from model.seeds import load_seeds
from model.training import train

ROOT = Path(__file__).parents[2]
ROUNDS = 5
CHARACTERS = 60_000
LENGTHS = (40, 150, 1500)
CUT = "rjieba.cut alone"
PLAIN = "plain scikit-learn pipeline"
START = """
import time; begin = time.perf_counter()
from model import Tagger
Tagger.load().tag("农商行发放绿色贷款")
seconds = time.perf_counter() - begin
import json, sys
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps([seconds, int(status["VmRSS"].split()[0]) / 1000, "sklearn" in sys.modules]))
"""
BUNDLE = """
import tracemalloc, numpy, rjieba, ahocorasick_rs
from model import Tagger
from model.bundle import load_bundle, DEFAULT
tracemalloc.start(); bundle = load_bundle(DEFAULT)
print(tracemalloc.get_traced_memory()[0] / 1e6)
"""


def drain(answers: object) -> None:
    deque(answers, maxlen=0)


def rivals(tagger: Tagger) -> dict[str, Way]:
    """All that tag, from texts to answers."""
    jieba, compiled = jieba_cut(), rjieba.Jieba()
    keys = [theme.key for theme in tagger.themes]
    fast = {}
    if importlib.util.find_spec("fasttext"):
        fast["jieba + fastText"] = fast_text(SEEDS, jieba)
        fast["rjieba + fastText"] = fast_text(SEEDS, lambda text: compiled.cut(text, False))
    return {
        PLAIN: plain_pipeline(SEEDS, jieba),
        **fast,
        "Tagger": lambda texts: np.array([[key in tags.themes for key in keys] for tags in tagger.tag_many(texts)]),
    }


def ways(tagger: Tagger, others: dict[str, Way]) -> dict[str, Callable[[Sequence[str]], object]]:
    """What is compared; answers are let go as they come."""
    compiled = rjieba.Jieba()
    many = {f"{name}, many": way for name, way in others.items() if name != "Tagger"}
    one = {
        f"{name}, one at a time": lambda texts, way=others[name]: drain(way([text]) for text in texts)
        for name in (PLAIN, "rjieba + fastText")
        if name in others
    }
    return {
        CUT: lambda texts: drain(compiled.cut(text, False) for text in texts),
        **many,
        "Tagger, many": lambda texts: drain(tagger.tag_many(texts)),
        "Tagger, many with evidence": lambda texts: drain(tagger.tag_many(texts, evidence=True)),
        **one,
        "Tagger, one at a time": lambda texts: drain(tagger.tag(text) for text in texts),
        "Tagger, one with evidence": lambda texts: drain(tagger.tag(text, evidence=True) for text in texts),
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


def compare(compared: dict[str, Callable[[Sequence[str]], object]]) -> dict[str, dict[str, float]]:
    """MB/s of each way for each length of text."""
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


def fresh(program: str) -> list[object]:
    """What a program prints in each of some new processes."""
    command = [sys.executable, "-c", program]
    return [
        json.loads(subprocess.run(command, capture_output=True, check=True, cwd=ROOT).stdout) for _ in range(ROUNDS)
    ]


def others(tagger: Tagger) -> dict[str, float | bool]:
    """Threads, start, memory and training."""
    seconds, memory, learner = zip(*fresh(START), strict=True)
    begin = time.perf_counter()
    train(SEEDS)
    return {
        "training on seeds/, s": time.perf_counter() - begin,
        "two threads, x one": threads(tagger),
        "import to first tag, s": statistics.median(seconds),
        "resident after it, MB": statistics.median(memory),
        "scikit-learn imported": any(learner),
        "bundle in memory, MB": statistics.median(fresh(BUNDLE)),
        "bundle on disk, MB": sum(path.stat().st_size for path in DEFAULT.iterdir()) / 1e6,
    }


def table(rates: dict[str, dict[str, float]]) -> str:
    """The rates as a table, each with its ratio to the plain pipeline in the same manner and to the segmenter."""
    head = "".join(f" {length} characters: MB/s | x plain | of cut |" for length in rates)
    lines = [f"| |{head}", "|---|" + "---:|" * (3 * len(rates))]
    for name in next(iter(rates.values())):
        plain = f"{PLAIN}, {'one at a time' if ', one' in name else 'many'}"
        cells = "".join(
            f" {of[name]:.2f} | {of[name] / of[plain]:.1f} | {of[name] / of[CUT]:.2f} |" for of in rates.values()
        )
        lines.append(f"| {name} |{cells}")
    return "\n".join(lines)


def figure(rates: dict[str, dict[str, float]], scores: dict[str, float]) -> Figure:
    """Bars of MB/s a length, the macro F1 beside each name."""
    names = list(reversed(next(iter(rates.values()))))
    drawing = Figure(figsize=(12, 5), layout="constrained")
    for number, (axes, (length, of)) in enumerate(zip(drawing.subplots(1, len(rates)), rates.items(), strict=True)):
        axes.barh(
            range(len(names)),
            [of[name] for name in names],
            color=["#2a7f62" if "Tagger" in n else "#9aa5b1" for n in names],
        )
        labels = [f"{n} (F1 {scores[n.split(',')[0]]:.3f})" if n.split(",")[0] in scores else n for n in names]
        axes.set_yticks(range(len(names)), labels if number == 0 else [])
        axes.set(title=f"{length} characters", xlabel="MB/s")
    return drawing


def main(folder: Path) -> None:
    """Measure, print and write."""
    tagger = Tagger.load()
    compared = rivals(tagger)
    texts, truth = held_out(SEEDS, ROOT / "seeds")
    scores = {name: float(f1_of(truth, way(texts)).mean()) for name, way in compared.items()}
    print("macro F1 on seeds/heldout:", ", ".join(f"{name} {score:.3f}" for name, score in scores.items()), flush=True)
    rates = compare(ways(tagger, compared))
    print(table(rates), flush=True)
    rest = others(tagger)
    for name, value in rest.items():
        print(f"{name:<26}{value:>8.2f}" if isinstance(value, float) else f"{name:<26}{value!s:>8}")
    folder.mkdir(parents=True, exist_ok=True)
    report = {"macro F1": scores, "MB/s": rates, **rest}
    (folder / "speed.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    figure(rates, scores).savefig(folder / "speed.svg")


if __name__ == "__main__":
    SEEDS = load_seeds(ROOT / "seeds")
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "bench")
