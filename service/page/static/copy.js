// Results to the clipboard or into a file.

import { byId, el } from "./dom.js";
import { Problem } from "./api.js";
import { key } from "./key.js";
import { shownRows, toCsv, toCurl, toJson } from "./export.js";
import { showProblem } from "./problem.js";
import { state } from "./state.js";
import { t } from "./i18n.js";

const WAYS = {
  json: () => copy(toJson(), "copied"),
  csv: () => copy(toCsv(false), "copied"),
  curl: () => copy(toCurl(key()), "copiedCurl"),
  excel: () => save(toCsv(true), `${state.source.name ?? "themetag"}.csv`),
};

/** Let the buttons of export work. */
export function startExports() {
  for (const button of document.querySelectorAll("[data-export]")) {
    button.addEventListener("click", async () => {
      try {
        byId("copied").textContent = t(await WAYS[button.dataset.export](), { n: shownRows().length });
      } catch (error) {
        showProblem(error);
      }
    });
  }
}

async function copy(text, said) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text).catch(() => copyBySelection(text));
  } else {
    copyBySelection(text); // the clipboard's own interface is closed where the service is not reached by https
  }
  return said;
}

function copyBySelection(text) {
  const field = el("textarea", { class: "hidden" });
  document.body.append(field);
  field.value = text;
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Problem("copy");
}

function save(text, name) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address));
  return "saved";
}
