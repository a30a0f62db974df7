"""How long training takes on many paragraphs with many themes, made by recombining the rows of seeds/.

usage: python tests/bench/scale.py [PARAGRAPHS] [THEMES]    100000 and 50 unless given

A paragraph is half of one row and half of another of its register; a theme is a theme of the seeds in one of several
groups of registers, so there is something to learn. New registers are drawn, so that each may be left out.
"""

import random
import sys
import time
from dataclasses import replace
from pathlib import Path

from model.seeds import Seeds, load_seeds
from model.training import train

REGISTERS = 5


def enlarged(seeds: Seeds, size: int, themes: int) -> Seeds:
    """`size` paragraphs with `themes` themes."""
    draw = random.Random(0)  # nothing secret
    copies = -(-themes // len(seeds.themes))
    registers = sorted({paragraph.register for paragraph in seeds.paragraphs})
    by_register = [[p for p in seeds.paragraphs if p.register == register] for register in registers]
    paragraphs = []
    for number in range(size):
        group = draw.randrange(len(by_register))
        first, second = draw.sample(by_register[group], 2)
        text = first.text[: len(first.text) // 2] + second.text[len(second.text) // 2 :]
        names = [f"{theme}_{group % copies}" for theme in sorted({*first.themes, *second.themes})]
        paragraphs.append(replace(first, text=text, themes=frozenset(names), register=f"r{number % REGISTERS}"))
    many = [theme.model_copy(update={"key": f"{theme.key}_{copy}"}) for copy in range(copies) for theme in seeds.themes]
    return replace(seeds, themes=tuple(many), paragraphs=tuple(paragraphs))


def main(size: int, themes: int) -> None:
    """Train and say how long it took."""
    seeds = enlarged(load_seeds(Path(__file__).parents[2] / "seeds"), size, themes)
    begin = time.perf_counter()
    bundle, _ = train(seeds, say=lambda line: print(f"{time.perf_counter() - begin:7.0f} s  {line}", flush=True))
    print(f"{time.perf_counter() - begin:7.0f} s  done: {len(bundle.words)} words, {len(bundle.themes)} themes")


if __name__ == "__main__":
    main(*[int(argument) for argument in sys.argv[1:]] or (100_000, 50))
