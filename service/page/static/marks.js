// The words of evidence marked in a paragraph's text.

import { FAINTEST, depth, pieces, weights } from "./evidence.js";
import { describe } from "./tip.js";
import { el } from "./dom.js";

/**
 * The text as nodes, its evidence marked.
 * `keys`: the themes whose words are marked; each piece takes the colour of the theme it speaks for most.
 * `both`: words against the theme are marked too; among several themes they would be noise.
 */
export function markedText(text, evidence, keys, both) {
  const wanted = evidence.filter((item) => keys.includes(item.theme));
  const nodes = pieces(text, wanted).map((piece) => node(piece, both));
  nodes.find((made) => made instanceof Element)?.setAttribute("tabindex", "0");
  return nodes;
}

function node({ text, covering }, both) {
  const [theme, weight] = strongest(weights(covering), both);
  if (theme === undefined || !text.trim()) return document.createTextNode(text);
  const mark = el("mark", { "data-theme": theme, "data-depth": depth(weight), tabindex: "-1" }, text);
  mark.classList.toggle("against", weight < 0);
  describe(mark, covering);
  return mark;
}

function strongest(sums, both) {
  const ranked = [...sums].filter(([, weight]) => (both ? Math.abs(weight) : weight) >= FAINTEST);
  return ranked.sort((one, other) => other[1] - one[1])[0] ?? [];
}

/** One stop of the tabulator a paragraph; arrows go from mark to mark. */
export function moveAmongMarks(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step || event.target.tagName !== "MARK") return;
  const marks = [...event.currentTarget.querySelectorAll("mark")];
  const next = marks[marks.indexOf(event.target) + step];
  if (!next) return;
  event.preventDefault();
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
