// The weights of a marked word, shown while it is pointed at or has the focus. Escape puts them away.

import { byId, el } from "./dom.js";
import { state } from "./state.js";
import { themeName } from "./i18n.js";

const MOST_LINES = 8;
const TOLD = 0.005; // less is +0.00 when rounded
const described = new WeakMap();

/** `mark` shows these items of evidence when asked. */
export function describe(mark, evidence) {
  described.set(mark, evidence.filter(({ weight }) => Math.abs(weight) >= TOLD));
}

/** Listen in `list` for marks pointed at or focused. */
export function showTipsIn(list) {
  for (const name of ["pointerover", "focusin"]) list.addEventListener(name, (event) => show(event.target));
  for (const name of ["pointerout", "focusout"]) list.addEventListener(name, hide);
  addEventListener("scroll", hide, { passive: true });
  addEventListener("keydown", (event) => event.key === "Escape" && hide());
}

/** A weight as people read it. */
export const signed = (weight) => `${weight < 0 ? "−" : "+"}${Math.abs(weight).toFixed(2)}`;

function show(mark) {
  if (!described.has(mark)) return;
  const tip = byId("tip");
  const strongest = [...described.get(mark)].sort((one, other) => Math.abs(other.weight) - Math.abs(one.weight));
  tip.replaceChildren(...strongest.slice(0, MOST_LINES).map(line));
  tip.hidden = false;
  mark.setAttribute("aria-describedby", "tip");
  place(tip, mark.getClientRects()[0]);
}

function line({ theme, text, weight }) {
  const name = themeName(state.themes.find(({ key }) => key === theme));
  const dot = el("span", { class: "dot", "data-theme": theme });
  return el("div", {}, dot, el("span", {}, name), el("q", {}, text), el("b", {}, signed(weight)));
}

function place(tip, box) {
  const left = Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 8);
  const above = box.top - tip.offsetHeight - 6;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${above < 4 ? box.bottom + 6 : above}px`;
}

function hide() {
  byId("tip").hidden = true;
  document.querySelector("mark[aria-describedby]")?.removeAttribute("aria-describedby");
}
