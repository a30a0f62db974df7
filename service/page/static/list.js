// The tagged paragraphs, in order.

import { byId, el } from "./dom.js";
import { current, t } from "./i18n.js";
import { paragraphView } from "./paragraph.js";
import { state, subscribe } from "./state.js";
import { showTipsIn } from "./tip.js";

const views = new Map();

/** Draw the list now and whenever the state changes. */
export function startList() {
  showTipsIn(byId("paragraphs"));
  subscribe(draw);
}

function draw() {
  byId("results").hidden = state.source === null;
  if (state.source === null) return;
  const list = byId("paragraphs");
  if (views.size && !views.has(state.paragraphs[0])) {
    views.clear();
    list.replaceChildren();
  }
  let shown = 0;
  state.paragraphs.forEach((paragraph, at) => {
    if (!views.has(paragraph)) append(list, paragraph, at);
    if (views.get(paragraph).update()) shown += 1;
  });
  for (const divider of list.querySelectorAll(".article")) {
    divider.textContent = t("article", { n: Number(divider.dataset.article) });
    divider.hidden = state.filters.size > 0;
  }
  byId("nothing").hidden = shown > 0 || !state.paragraphs.length;
  describe(shown);
}

function append(list, paragraph, at) {
  const before = state.paragraphs[at - 1];
  if (before && paragraph.article !== before.article) {
    list.append(el("li", { class: "article", "data-article": paragraph.article }));
  }
  const view = paragraphView(paragraph);
  views.set(paragraph, view);
  list.append(view.element);
}

function describe(shown) {
  const { name, format, warnings } = state.source;
  const all = state.paragraphs.length;
  const bodies = state.paragraphs.filter(({ kind }) => kind === "body").length;
  byId("source").textContent = name ?? t("pasted");
  const facts = t(format ? "factsDocument" : "facts", { shown, all, bodies, format: format?.toUpperCase() });
  const notes = warnings.map((warning) => el("span", { class: "warning", lang: current() }, t("warning", { warning })));
  byId("facts").replaceChildren(facts, ...notes);
}
