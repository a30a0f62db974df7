// The chart of themes, which is also the filter and the place of the thresholds. It is a table to who cannot see it.

import { band, classes, decide } from "./decide.js";
import { byId, el } from "./dom.js";
import { current, percent, t, themeName } from "./i18n.js";
import { changed, state, subscribe } from "./state.js";

let built = "";
let rows = [];

/** Draw the chart now and whenever the state changes. */
export function startSummary() {
  byId("unfilter").addEventListener("click", () => {
    state.filters.clear();
    changed();
  });
  byId("reset").addEventListener("click", () => {
    state.thresholds.clear();
    changed();
  });
  subscribe(draw);
}

function draw() {
  byId("summary").hidden = state.source === null;
  const wanted = JSON.stringify([current(), state.model?.digest]);
  if (wanted !== built) {
    built = wanted;
    build();
  }
  const bodies = state.paragraphs.filter((paragraph) => paragraph.scores);
  const found = bodies.flatMap((paragraph) => classes(paragraph, decide(paragraph, state.themes, state.thresholds)));
  for (const row of rows) row.update(found.filter((name) => name === row.key).length, bodies.length);
  byId("unfilter").disabled = state.filters.size === 0;
  byId("reset").disabled = state.thresholds.size === 0;
}

function build() {
  rows = [...state.themes.map((theme) => rowOf(theme.key, theme)), rowOf("review"), rowOf("none")];
  const names = ["column.theme", "column.count", "column.share"];
  const head = el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, t(name))));
  byId("chart").replaceChildren(
    el("caption", { class: "hidden" }, t("chartCaption")),
    el("thead", { class: "hidden" }, head),
    ...rows.map((row) => row.element),
  );
}

function rowOf(key, theme) {
  const name = theme ? themeName(theme) : t(key);
  const dot = el("span", { class: "dot" });
  const filter = el("button", { type: "button", class: "filter", "data-theme": theme?.key ?? null }, dot, name);
  filter.addEventListener("click", () => {
    if (!state.filters.delete(key)) state.filters.add(key);
    changed();
  });
  const [count, share] = [el("td", { class: "count" }), el("td", { class: "share" })];
  const bar = el("div", { class: "bar", "data-theme": theme?.key ?? null }, el("div"));
  const slider = theme && sliderOf(theme, name);
  const element = el("tbody", {},
    el("tr", {}, el("th", { scope: "row" }, filter), count, share),
    el("tr", {}, el("td", { colspan: "3" }, bar, ...(slider ? [slider.element] : []))));
  return {
    key,
    element,
    update(number, all) {
      filter.setAttribute("aria-pressed", String(state.filters.has(key)));
      count.textContent = String(number);
      share.textContent = all ? percent(number / all) : "";
      bar.firstChild.style.inlineSize = `${all ? (100 * number) / all : 0}%`;
      slider?.update();
    },
  };
}

function sliderOf(theme, name) {
  const input = el("input", {
    type: "range", min: "0", max: "1", step: "0.01",
    "data-theme": theme.key, "aria-label": t("thresholdOf", { theme: name }),
  });
  const value = el("output", {});
  input.addEventListener("input", () => {
    state.thresholds.set(theme.key, Number(input.value));
    changed();
  });
  return {
    element: el("div", { class: "threshold" }, input, value),
    update() {
      const [low, threshold, high] = band(theme, state.thresholds.get(theme.key));
      input.value = threshold;
      input.setAttribute("aria-valuetext", percent(threshold));
      input.style.setProperty("--low", low);
      input.style.setProperty("--high", high);
      value.textContent = t("thresholdIs", { value: percent(threshold) });
      value.classList.toggle("own", state.thresholds.has(theme.key));
    },
  };
}
