"""The gate: what the shipped model must reach on held-out text, on files that may not change unseen."""

import argparse
import hashlib
import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.errors import ThemetagError
from model.evaluation import contrast_failures, evaluate, read_contrast, read_gold
from model.tagger import Tagger

MARGIN = 0.005
"""A floor lies this far below what was reached, so that a changed library does not close the gate."""


class GateError(ThemetagError):
    """The floors may not be pinned so."""


@dataclass(frozen=True)
class Measured:
    """The figures that have floors, and the SHA-256 of each file they were measured on."""

    figures: Mapping[str, float]
    files: Mapping[str, str]


def measure(tagger: Tagger, seeds: Path) -> Measured:
    """F1 of each theme and their mean on `heldout/`, and the share of sets of `contrast/` wholly right."""
    held_out = sorted((seeds / "heldout").glob("*.jsonl"))
    report = evaluate(tagger, read_gold(held_out, tagger))
    failures = contrast_failures(tagger, read_contrast(seeds / "contrast", tagger))
    figures = {figure.theme: figure.f1 for figure in report.themes}
    figures["macro F1"] = report.macro_f1
    figures["contrast sets"] = sum(not wrong for wrong in failures.values()) / len(failures)
    files = [*held_out, *sorted((seeds / "contrast").glob("*.jsonl"))]
    digests = {f"{path.parent.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return Measured(figures, digests)


def violations(measured: Measured, pinned: Mapping[str, Any]) -> list[str]:
    """What is below its floor, or measured on another text than was pinned; a sentence each."""
    names = sorted({*measured.files, *pinned["files"]})
    found = [
        f"{name} is not the file that was pinned"
        for name in names
        if measured.files.get(name) != pinned["files"].get(name)
    ]
    for name, floor in pinned["floors"].items():
        reached = measured.figures.get(name, 0.0)
        if reached < floor:
            found.append(f"{name}: {reached:.4f} is below its floor {floor:.3f}")
    return found


def pin(measured: Measured, pinned: Mapping[str, Any], reason: str, lower: bool = False) -> dict[str, Any]:
    """New floors from what is reached now, with the reason in their log.

    :raises GateError: when a floor would fall and `lower` was not asked for, or there is no reason.
    """
    if not reason.strip():
        raise GateError("give a reason: it stays in the log")
    floors = {name: math.floor((value - MARGIN) * 1000) / 1000 for name, value in measured.figures.items()}
    old = pinned.get("floors", {})
    fallen = [f"{name} {old[name]} -> {floors.get(name, 0)}" for name in old if floors.get(name, 0) < old[name]]
    if fallen and not lower:
        raise GateError(f"this would lower floors ({', '.join(fallen)}); --lower does it")
    log = [*pinned.get("log", []), {"reason": reason, "floors": floors}]
    return {"files": dict(measured.files), "floors": floors, "log": log}


def main(arguments: Sequence[str] | None = None) -> int:
    """Say what falls short (exit code 1), or pin new floors."""
    parser = argparse.ArgumentParser(prog="python -m model.gate", description=__doc__)
    parser.add_argument("seeds", type=Path, help="folder with heldout/ and contrast/")
    parser.add_argument("floors", type=Path, help="JSON file of the floors")
    parser.add_argument("--pin", metavar="REASON", help="raise the floors to what is reached now")
    parser.add_argument("--lower", action="store_true", help="let --pin lower floors too")
    asked = parser.parse_args(arguments)
    pinned = json.loads(asked.floors.read_text("utf-8")) if asked.floors.exists() else {"files": {}, "floors": {}}
    measured = measure(Tagger.load(), asked.seeds)
    if asked.pin is not None:
        new = pin(measured, pinned, asked.pin, asked.lower)
        asked.floors.write_text(json.dumps(new, ensure_ascii=False, indent=1) + "\n", "utf-8")
        return 0
    found = violations(measured, pinned)
    print("\n".join(found) or f"the gate is open: every figure is at its floor of {asked.floors} or above")
    return 1 if found else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ThemetagError as error:
        sys.exit(f"Error: {error}")
