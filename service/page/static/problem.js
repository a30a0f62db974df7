// Whatever goes wrong, told in a sentence where a reader and a screen reader find it.

import { byId, el } from "./dom.js";
import { known, t } from "./i18n.js";

/** Tell `error` above the results, or nothing if it is null or the reader's own stop. */
export function showProblem(error) {
  if (error?.name === "AbortError") return;
  if (error && !error.values) throw error; // a mistake of this page, for its console
  byId("problem").replaceChildren(...(error ? problemNodes(error.type, error.values) : []));
}

/** The sentence for a type of problem, and below it what the service says of this very request. */
export function problemNodes(type, values) {
  const key = `problem.${type}`;
  const nodes = [el("strong", {}, t(known(key) ? key : "problem.other", values))];
  if (values.detail) nodes.push(" ", el("span", { lang: "en" }, values.detail));
  return nodes;
}
