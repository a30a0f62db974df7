// What the page knows, and who wants to hear when it changes.

/**
 * themes, model, limits: what the service says of itself.
 * source: {name, format, warnings, file, calls}: where the paragraphs came from and the calls that tagged them.
 * paragraphs: [{n, kind, text, article, scores, evidence, explained, error}], in order.
 * thresholds: a theme's key -> the reader's own threshold. filters: keys of themes, "review" and "none".
 */
export const state = {
  themes: [],
  model: null,
  limits: null,
  source: null,
  paragraphs: [],
  thresholds: new Map(),
  filters: new Set(),
};

const listeners = [];
let waiting = false;

/** Call `listener` after every change. */
export function subscribe(listener) {
  listeners.push(listener);
}

/** Something in `state` is new: all listeners hear of it once, before the next picture. */
export function changed() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    for (const listener of listeners) listener();
  });
}
