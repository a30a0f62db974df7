// The page: its parts started, in the reader's language.

import { byId, el } from "./dom.js";
import { changed, state, subscribe } from "./state.js";
import { current, languages, loadStrings, themeName, translatePage, useLanguage } from "./i18n.js";
import { drawInput, startInput } from "./input.js";
import { loadService } from "./tagging.js";
import { showProblem } from "./problem.js";
import { startExports } from "./copy.js";
import { startList } from "./list.js";
import { startSummary } from "./summary.js";

function startLanguages() {
  const buttons = languages().map(({ key, name, tag }) => {
    const button = el("button", { type: "button", lang: tag, "data-language": key }, name);
    button.addEventListener("click", () => {
      useLanguage(key);
      speak();
    });
    return button;
  });
  byId("languages").replaceChildren(...buttons);
}

/** Say everything in the language in use. */
function speak() {
  translatePage();
  drawInput();
  for (const button of byId("languages").children) {
    button.setAttribute("aria-pressed", String(button.dataset.language === current()));
  }
  for (const id of ["problem", "status", "copied"]) byId(id).textContent = "";
  changed();
}

function drawThemes() {
  const entries = state.themes.flatMap((theme) => [
    el("dt", {}, el("span", { class: "dot", "data-theme": theme.key }), themeName(theme)),
    el("dd", { lang: "zh" }, theme.definition ?? ""),
  ]);
  byId("themes").replaceChildren(...entries);
  byId("version").textContent = state.model?.version ?? "";
  byId("digest").textContent = state.model?.digest ?? "";
}

await loadStrings();
startLanguages();
startInput();
startList();
startSummary();
startExports();
subscribe(drawThemes);
speak();
loadService().catch(showProblem);
