// A text cut where evidence begins or ends. Offsets of the service are code points, those of JavaScript UTF-16 units.

/** The smallest weight that is marked: a text has dozens of words that weigh less and tell a reader nothing. */
export const FAINTEST = 0.2;

/** The pieces of `text` in order, each with the evidence that covers it: [{text, covering}]. */
export function pieces(text, evidence) {
  const index = unitsOf(text);
  const starts = new Map();
  const cuts = new Set([0, text.length]);
  for (const item of evidence) {
    const [start, end] = [index(item.start), index(item.end)];
    starts.set(start, [...(starts.get(start) ?? []), { item, end }]);
    cuts.add(start).add(end);
  }
  const ordered = [...cuts].sort((one, other) => one - other);
  let open = [];
  return ordered.slice(0, -1).map((start, number) => {
    open = [...open.filter(({ end }) => end > start), ...(starts.get(start) ?? [])];
    return { text: text.slice(start, ordered[number + 1]), covering: open.map(({ item }) => item) };
  });
}

/** The weight of a piece for each theme that it speaks of: a Map of key to weight. */
export function weights(covering) {
  const sums = new Map();
  for (const { theme, weight } of covering) sums.set(theme, (sums.get(theme) ?? 0) + weight);
  return sums;
}

/** How deep the colour of a weight is, 1 to 5. */
export const depth = (weight) => Math.min(5, Math.max(1, Math.ceil(Math.abs(weight) / 0.5)));

/** From an offset in code points to one in UTF-16 units. */
function unitsOf(text) {
  const starts = [];
  let unit = 0;
  for (const character of text) {
    starts.push(unit);
    unit += character.length;
  }
  starts.push(unit);
  return unit === starts.length - 1 ? (offset) => offset : (offset) => starts[offset];
}
