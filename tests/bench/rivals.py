"""What one would otherwise pick, trained on the rows of seeds/paragraphs: a scikit-learn pipeline, and fastText."""

import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

from model.seeds import Seeds
from model.training import label_matrix

Cut = Callable[[str], list[str]]
Way = Callable[[Sequence[str]], npt.NDArray[np.bool_]]
"""Texts to the themes answered yes, shape (texts, themes)."""


def jieba_cut() -> Cut:
    """jieba as most people call it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    cut: Cut = jieba.lcut
    return cut


def plain_pipeline(seeds: Seeds, cut: Cut) -> Way:
    """TF-IDF of words and pairs of words, and one logistic regression a theme."""
    pipeline = make_pipeline(
        TfidfVectorizer(tokenizer=cut, token_pattern=None, ngram_range=(1, 2)),
        OneVsRestClassifier(LogisticRegression(max_iter=1000)),
    )
    labels = label_matrix(seeds.paragraphs, [theme.key for theme in seeds.themes])
    pipeline.fit([paragraph.text for paragraph in seeds.paragraphs], labels)
    return lambda texts: pipeline.predict_proba(texts) >= 0.5


def fast_text(seeds: Seeds, cut: Cut) -> Way:
    """fastText with words and pairs of words, one answer a theme (one-vs-all loss)."""
    import fasttext

    def line(text: str) -> str:
        return " ".join(cut(text)).replace("\n", " ")

    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        for paragraph in seeds.paragraphs:
            labels = [f"__label__{theme}" for theme in paragraph.themes or ["none"]]
            file.write(" ".join([*labels, line(paragraph.text)]) + "\n")
        file.flush()
        model = fasttext.train_supervised(
            file.name,
            loss="ova",
            dim=50,
            epoch=15,
            lr=0.5,
            wordNgrams=2,
            minCount=2,
            bucket=200_000,
            thread=1,
            verbose=0,
        )
    columns = {f"__label__{theme.key}": column for column, theme in enumerate(seeds.themes)}

    def tag(texts: Sequence[str]) -> npt.NDArray[np.bool_]:
        said = np.zeros((len(texts), len(columns)), dtype=bool)
        labels, _ = model.predict([line(text) for text in texts], k=-1, threshold=0.5)
        for row, found in enumerate(labels):
            for label in found:
                if label in columns:
                    said[row, columns[label]] = True
        return said

    return tag


def held_out(seeds: Seeds, root: Path) -> tuple[list[str], npt.NDArray[np.bool_]]:
    """Texts nobody trained on, and their themes."""
    from model.labelled import read_labelled

    keys = [theme.key for theme in seeds.themes]
    rows = [row for path in sorted((root / "heldout").glob("*.jsonl")) for row in read_labelled(path, set(keys), [])]
    return [row.text for row in rows], label_matrix(rows, keys)
