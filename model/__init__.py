"""Themes of Chinese bank and finance text: text in, themes, scores and evidence out.

The public surface for tagging; training, evaluation and seeds are modules of their own, so that importing this package
imports neither scikit-learn nor Flask.
"""

from model.bundle import Bundle, BundleTheme, load_bundle
from model.errors import BundleError, DocumentError, ParagraphError, SeedsError, ThemetagError, UnknownThemeError
from model.evidence import Evidence
from model.tagger import Tagger, Tags

__all__ = [
    "Bundle",
    "BundleError",
    "BundleTheme",
    "DocumentError",
    "Evidence",
    "ParagraphError",
    "SeedsError",
    "Tagger",
    "Tags",
    "ThemetagError",
    "UnknownThemeError",
    "load_bundle",
]
