// Texts and documents sent to the service, and its answers put into the state.

import { Problem, call, shortType } from "./api.js";
import { changed, state } from "./state.js";
import { paintThemes } from "./colour.js";

const BATCH = 64; // paragraphs a call: so the page has something to show soon
const BATCH_BYTES = 100_000; // bytes a call: so a curl command of it fits a command line
const RESTARTS = 2; // when the model changes meanwhile
const MOST = 5000; // paragraphs: more is work for the command line

/** Ask the service for its themes, model and limits. */
export async function loadService(signal) {
  const [themes, model] = await Promise.all([call("v1/themes", undefined, signal), call("v1/model", undefined, signal)]);
  Object.assign(state, { themes: themes.themes, model: themes.model, limits: model.limits, thresholds: new Map() });
  paintThemes();
  changed();
}

/** Tag `text`, a paragraph a line or as one; `progress(done, all)` is called after each call. */
export async function tagText(text, split, progress, signal, restarts = RESTARTS) {
  const texts = paragraphsOf(text, split);
  if (!texts.length) throw new Problem("empty");
  if (texts.length > MOST) throw new Problem("too-many", { paragraphs: texts.length, limit: MOST });
  if (!state.model) await loadService(signal);
  const calls = batches(texts);
  const source = begin({ name: null, format: null, warnings: [], calls });
  try {
    for (const batch of calls) {
      const { model, paragraphs } = await tagBatch(batch, signal);
      if (model && !(await sameModel(model, signal)) && state.paragraphs.length) {
        if (!restarts) throw new Problem("model-changed");
        return await tagText(text, split, progress, signal, restarts - 1); // one result is of one model
      }
      add(source, batch.map((part, at) => ({ kind: "body", text: part, ...paragraphs[at] })));
      progress(state.paragraphs.length, texts.length);
    }
  } catch (error) {
    const rest = state.paragraphs.length ? texts.slice(state.paragraphs.length) : [];
    add(source, rest.map((part) => ({ kind: "body", text: part, error: { type: "skipped" } })));
    throw error;
  }
}

/** Read and tag a document. */
export async function tagDocument(file, signal) {
  if (!state.model) await loadService(signal);
  const limit = state.limits.max_document_bytes;
  if (file.size > limit) {
    throw new Problem("file-too-large", { name: file.name, limit: Number((limit / 2 ** 20).toPrecision(2)) });
  }
  const form = new FormData();
  form.append("file", file);
  const answer = await call("v1/documents?evidence=true", form, signal);
  await sameModel(answer.model, signal);
  const { format, warnings, paragraphs } = answer;
  add(begin({ name: file.name, format, warnings, calls: [] }), paragraphs);
}

/** Ask for the evidence of a theme that the service did not answer, only a threshold of the reader's. */
export async function explain(paragraph, key) {
  if (paragraph.explained.has(key)) return;
  const { model, paragraphs } = await call("v1/tag", { paragraphs: [paragraph.text], themes: [key], evidence: true });
  if (model.digest !== state.model.digest) throw new Problem("model-changed");
  paragraph.evidence.push(...paragraphs[0].evidence);
  paragraph.explained.add(key);
  changed();
}

/** The paragraphs of a text that hold more than white space. */
export function paragraphsOf(text, split) {
  return (split ? text.split(/\r\n|[\n\r\u2028\u2029]/) : [text]).map((part) => part.trim()).filter(Boolean);
}

function batches(texts) {
  const paragraphs = Math.min(BATCH, state.limits.max_paragraphs);
  const bytes = Math.min(BATCH_BYTES, state.limits.max_bytes / 2);
  const made = [];
  let room = 0;
  for (const text of texts) {
    const size = new TextEncoder().encode(JSON.stringify(text)).length;
    if (size > room || made.at(-1).length === paragraphs) {
      made.push([]);
      room = bytes;
    }
    made.at(-1).push(text);
    room -= size;
  }
  return made;
}

/** The answer for a batch; what the service refuses of it stands in the place of its paragraphs. */
async function tagBatch(batch, signal) {
  try {
    return await call("v1/tag", { paragraphs: batch, evidence: true }, signal);
  } catch (error) {
    if (![413, 422].includes(error.values?.status)) throw error;
    const { type, detail, paragraphs } = error.values;
    return { paragraphs: paragraphs ?? batch.map(() => ({ error: { type, detail } })) };
  }
}

/** Whether an answer is of the model that the page knows; if not, the page learns of the new one. */
async function sameModel(model, signal) {
  const same = model.digest === state.model.digest;
  if (!same) await loadService(signal);
  return same;
}

function begin(source) {
  Object.assign(state, { source, paragraphs: [], filters: new Set() });
  changed();
  return source;
}

/** Put rows into the state, unless the reader has begun something else since. */
function add(source, rows) {
  if (state.source !== source) return;
  for (const row of rows) {
    const error = row.error && { ...row.error, type: shortType(row.error.type) };
    const explained = new Set([...(row.themes ?? []), ...(row.review ?? [])]);
    state.paragraphs.push({ ...row, n: state.paragraphs.length + 1, evidence: row.evidence ?? [], explained, error });
  }
  changed();
}
