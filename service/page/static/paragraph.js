// One paragraph as it is read: its themes as chips, its text with the words of evidence, and what lies behind it.

import { band, classes, decide, passes } from "./decide.js";
import { current, percent, t, themeName } from "./i18n.js";
import { el } from "./dom.js";
import { explain } from "./tagging.js";
import { markedText, moveAmongMarks } from "./marks.js";
import { problemNodes, showProblem } from "./problem.js";
import { changed, state } from "./state.js";
import { signed } from "./tip.js";

const TELLING = 8; // words of a theme in the table
const near = new WeakMap();
const watcher = new IntersectionObserver(
  (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => near.get(entry.target)?.()),
  { rootMargin: "800px" },
);

/** The paragraph's element, and `update`, which draws what has changed of it and answers whether it is shown. */
export function paragraphView(paragraph) {
  const element = el("li", { class: "paragraph", "data-kind": paragraph.kind });
  let drawn = null;
  let focus = null; // the theme whose words alone are marked
  let close = false; // near enough to the window to have its words marked
  near.set(element, () => {
    close = true;
    watcher.unobserve(element);
    update();
  });
  watcher.observe(element);

  const choose = async (key) => {
    focus = focus === key ? null : key;
    changed();
    try {
      if (focus) await explain(paragraph, focus);
    } catch (error) {
      showProblem(error);
    }
  };

  function update() {
    const answers = decide(paragraph, state.themes, state.thresholds);
    const shown = passes(classes(paragraph, answers), state.filters);
    element.hidden = !shown;
    const keys = markedKeys(answers, focus);
    const open = element.querySelector("details")?.open ?? false;
    const wanted = JSON.stringify([
      current(), focus, close && keys, paragraph.evidence.length,
      answers.map(({ theme, yes, review }) => [theme.key, yes, review]), open && [...state.thresholds],
    ]);
    if (shown && wanted !== drawn) {
      drawn = wanted;
      const pressed = element.contains(document.activeElement) && document.activeElement.dataset.theme;
      element.replaceChildren(...draw(paragraph, { answers, focus, keys, close, open, choose, update }));
      if (pressed) element.querySelector(`.chip[data-theme="${CSS.escape(pressed)}"]`)?.focus();
    }
    return shown;
  }
  return { element, update };
}

/** The themes whose words are marked: the one chosen, else the only one filtered by, else all that are answered. */
function markedKeys(answers, focus) {
  if (focus) return [focus];
  const keys = answers.map(({ theme }) => theme.key);
  const filtered = keys.filter((key) => state.filters.has(key));
  return filtered.length === 1 ? filtered : keys;
}

function draw(paragraph, view) {
  const text = el("p", { class: "text", lang: "zh" }, paragraph.text);
  const number = el("span", { class: "number" }, String(paragraph.n));
  if (paragraph.kind !== "body") return [el("div", { class: "head" }, number, kindLabel(paragraph)), text];
  if (paragraph.error) {
    const error = el("p", { class: "error" }, ...problemNodes(paragraph.error.type, paragraph.error));
    return [el("div", { class: "head" }, number), text, error];
  }
  if (view.close) text.replaceChildren(...markedText(paragraph.text, paragraph.evidence, view.keys, view.focus !== null));
  text.addEventListener("keydown", moveAmongMarks);
  return [el("div", { class: "head" }, number, chips(view)), text, behind(paragraph, view)];
}

const kindLabel = (paragraph) => el("span", { class: "kind" }, t(`kind.${paragraph.kind}`));

function chips({ answers, focus, choose }) {
  const made = answers.map(({ theme, score, yes, review }) => {
    const chip = el("button", {
      type: "button", class: `chip ${yes ? "yes" : "no"}`, "data-theme": theme.key,
      "aria-pressed": String(focus === theme.key), title: review && t("reviewHint"),
    }, el("span", {}, themeName(theme)), " ", el("b", {}, percent(score)));
    if (review) chip.append(" ", el("i", {}, t("reviewMark")));
    chip.addEventListener("click", () => choose(theme.key));
    return el("li", {}, chip);
  });
  if (!answers.some(({ yes }) => yes)) made.unshift(el("li", {}, el("span", { class: "chip none" }, t("none"))));
  return el("ul", { class: "chips" }, ...made);
}

function behind(paragraph, { open, update }) {
  const details = el("details", { class: "behind", open }, el("summary", {}, t("details")));
  details.addEventListener("toggle", update);
  if (open) details.append(table(paragraph));
  return details;
}

function table(paragraph) {
  const names = ["column.theme", "probability", "threshold", "words"];
  const rows = state.themes.map((theme) => {
    const words = paragraph.evidence.filter((item) => item.theme === theme.key).slice(0, TELLING);
    const said = words.map(({ text, weight }) => el("span", { class: "word" }, text, " ", el("b", {}, signed(weight))));
    const [, threshold] = band(theme, state.thresholds.get(theme.key));
    return el("tr", {},
      el("th", { scope: "row" }, el("span", { class: "dot", "data-theme": theme.key }), themeName(theme)),
      el("td", {}, percent(paragraph.scores[theme.key])), el("td", {}, percent(threshold)),
      el("td", { lang: "zh" }, ...said));
  });
  const head = el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, t(name))));
  return el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("details") },
    el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows)));
}
