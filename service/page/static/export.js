// What a reader takes along: JSON, CSV and the call as curl. The model's version and digest stand in each.

import { band, classes, decide, passes } from "./decide.js";
import { state } from "./state.js";

/** The paragraphs that the filters show, as the reader's thresholds decide them. */
export function shownRows() {
  return state.paragraphs.flatMap((paragraph) => {
    const answers = decide(paragraph, state.themes, state.thresholds);
    if (!passes(classes(paragraph, answers), state.filters)) return [];
    const { n, kind, text, scores, evidence, error } = paragraph;
    if (!scores) return [{ n, kind, text, ...(error && { error }) }];
    const keysOf = (name) => answers.filter((answer) => answer[name]).map((answer) => answer.theme.key).sort();
    return [{ n, kind, text, themes: keysOf("yes"), review: keysOf("review"), scores, evidence }];
  });
}

/** Everything shown as JSON: model, thresholds in use, paragraphs. */
export function toJson() {
  const thresholds = Object.fromEntries(state.themes.map((theme) => [theme.key, thresholdOf(theme)]));
  return JSON.stringify({ model: state.model, source: state.source.name, thresholds, paragraphs: shownRows() }, null, 2);
}

/**
 * A row a paragraph (RFC 4180). For Excel with a byte order mark, without which it does not read UTF-8, and with an
 * apostrophe before what it would take for a formula.
 */
export function toCsv(excel) {
  const keys = state.themes.map((theme) => theme.key);
  const head = ["n", "kind", "text", "themes", "review", ...keys, "error", "model_version", "model_digest"];
  const lines = shownRows().map(({ n, kind, text, themes = [], review = [], scores = {}, error }) => [
    n, kind, text, themes.join(";"), review.join(";"), ...keys.map((key) => scores[key] ?? ""),
    error ? (error.detail ?? error.type) : "", state.model.version, state.model.digest,
  ]);
  const cell = (value) => {
    const safe = excel && typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return (excel ? "\ufeff" : "") + [head, ...lines].map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}

/** The very calls that tagged this, for a Unix shell; the thresholds are the reader's. */
export function toCurl(key) {
  const { name, calls } = state.source;
  const model = quote(`model ${state.model.version} ${state.model.digest}`);
  const secret = key ? ' -H "Authorization: Bearer $KEY"' : "";
  if (name !== null) {
    const url = quote(new URL("v1/documents?evidence=true", document.baseURI).href);
    const file = quote(`file=@"${name.replace(/["\\]/g, "\\$&")}"`);
    const own = [...state.thresholds].map(([theme, threshold]) => `${theme}:${threshold}`).join();
    return `: ${model}\ncurl -sS ${url}${secret} -F ${file}${own && ` -F ${quote(`thresholds=${own}`)}`}\n`;
  }
  const url = quote(new URL("v1/tag", document.baseURI).href);
  const thresholds = state.thresholds.size ? { thresholds: Object.fromEntries(state.thresholds) } : {};
  const commands = calls.map((paragraphs) => {
    const body = quote(JSON.stringify({ paragraphs, ...thresholds, evidence: true }));
    return `curl -sS ${url}${secret} -H 'content-type: application/json' -d ${body}\n`;
  });
  return `: ${model}\n${commands.join("")}`;
}

const thresholdOf = (theme) => band(theme, state.thresholds.get(theme.key))[1];
const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
