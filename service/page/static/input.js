// What a reader gives: text, an example, or a document chosen or dropped anywhere on the page.

import { Problem } from "./api.js";
import { byId } from "./dom.js";
import { showProblem } from "./problem.js";
import { state } from "./state.js";
import { paragraphsOf, tagDocument, tagText } from "./tagging.js";
import { t } from "./i18n.js";

let running = null;

/** Let the form, the buttons and the drop of a document work. */
export function startInput() {
  const text = byId("text");
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    if (running) running.abort();
    else runText();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) byId("ask").requestSubmit();
  });
  for (const field of [text, byId("split")]) field.addEventListener("input", drawInput);
  byId("choose").addEventListener("click", () => byId("file").click());
  byId("file").addEventListener("change", ({ target }) => {
    takeFiles(target.files);
    target.value = "";
  });
  byId("example").addEventListener("click", async () => {
    text.value = await (await fetch("page/example.txt")).text();
    drawInput();
    runText();
  });
  startDrop();
}

/** Write what depends on the text, on the language and on whether something runs. */
export function drawInput() {
  const text = byId("text").value;
  const paragraphs = paragraphsOf(text, byId("split").checked);
  const characters = paragraphs.reduce((sum, part) => sum + [...part].length, 0);
  byId("size").textContent = text ? t("size", { paragraphs: paragraphs.length, characters }) : "";
  byId("go").textContent = t(running ? "stop" : "go");
}

function startDrop() {
  const over = (shown) => (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    byId("drop").hidden = !shown;
  };
  addEventListener("dragover", over(true));
  addEventListener("dragleave", (event) => event.relatedTarget === null && over(false)(event));
  addEventListener("drop", (event) => {
    over(false)(event);
    if (event.dataTransfer?.files.length) takeFiles(event.dataTransfer.files);
  });
}

function takeFiles(files) {
  if (files.length > 1) return showProblem(new Problem("one-file"));
  const [file] = files;
  return file && run((signal) => tagDocument(file, signal), t("reading", { name: file.name }));
}

function runText() {
  const [text, split] = [byId("text").value, byId("split").checked];
  return run((signal, progress) => tagText(text, split, progress, signal), "");
}

/** Run one piece of work; a new one stops the one before. The results come into sight once, with the first of them. */
async function run(work, saying) {
  running?.abort();
  const own = new AbortController();
  running = own;
  showProblem(null);
  byId("status").textContent = saying;
  drawInput();
  let reached = null;
  const progress = (done, all) => {
    if (!reached) showResults();
    reached = { done, all };
    byId("status").textContent = t("tagging", reached);
  };
  try {
    await work(own.signal, progress);
    if (!reached) showResults();
    byId("status").textContent = t("done", { paragraphs: state.paragraphs.filter(({ kind }) => kind === "body").length });
  } catch (error) {
    if (running !== own) return;
    byId("status").textContent = reached ? t("stopped", reached) : "";
    showProblem(error);
  } finally {
    if (running === own) running = null;
    drawInput();
  }
}

function showResults() {
  requestAnimationFrame(() => {
    document.body.classList.add("answered");
    byId("meanings").open = false;
    byId("source").focus({ preventScroll: true });
    byId("results").scrollIntoView({ block: "start" });
  });
}
