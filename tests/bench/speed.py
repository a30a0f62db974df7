"""How fast the tagger is beside the scikit-learn pipeline most people would write, on the same rows in one run.

usage: python tests/bench/speed.py

Both are trained on seeds/paragraphs and read the same texts in turns (A/B/A/B); medians are shown. Machines are noisy:
trust the ratio, not the rates.
"""

import statistics
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

from model import Tagger
from model.seeds import load_seeds
from model.training import label_matrix

ROOT = Path(__file__).parents[2]
ROUNDS = 5


def plain_pipeline() -> Callable[[Sequence[str]], object]:
    """jieba.lcut into TF-IDF of words and pairs of words, and one logistic regression a theme."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    seeds = load_seeds(ROOT / "seeds")
    pipeline = make_pipeline(
        TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None, ngram_range=(1, 2)),
        OneVsRestClassifier(LogisticRegression(max_iter=1000)),
    )
    labels = label_matrix(seeds.paragraphs, [theme.key for theme in seeds.themes])
    return pipeline.fit([paragraph.text for paragraph in seeds.paragraphs], labels).predict_proba


def main() -> None:
    """Measure and print."""
    texts = [paragraph.text for paragraph in load_seeds(ROOT / "seeds").paragraphs][::4]
    size = sum(len(text.encode()) for text in texts) / 1e6
    tagger, plain = Tagger.load(), plain_pipeline()
    ways: dict[str, Callable[[], object]] = {
        "plain pipeline, all at once": lambda: plain(texts),
        "Tagger": lambda: list(tagger.tag_many(texts)),
        "Tagger with evidence": lambda: list(tagger.tag_many(texts, evidence=True)),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    slowest = medians["plain pipeline, all at once"]
    print(f"{len(texts)} paragraphs, {size:.2f} MB, {ROUNDS} rounds")
    for name, median in medians.items():
        print(f"{name:<30}{len(texts) / median:>9.0f} paragraphs/s{size / median:>8.2f} MB/s{slowest / median:>8.1f} x")


if __name__ == "__main__":
    main()
