// Themes from scores, as model/tagger.py decides them, so that a threshold acts at once and without a call.

const logit = (probability) => Math.log(probability / (1 - probability));
const sigmoid = (value) => 1 / (1 + Math.exp(-value));

/** The review band's low end, the threshold and the band's high end; a threshold of one's own moves the band along. */
export function band(theme, threshold) {
  const [low, high] = theme.review;
  if (threshold === undefined) return [low, theme.threshold, high];
  if (threshold === 0 || threshold === 1) return [threshold, threshold, threshold];
  const moved = logit(threshold) - logit(theme.threshold);
  return [sigmoid(logit(low) + moved), threshold, sigmoid(logit(high) + moved)];
}

/** The themes said or in review of a tagged paragraph, the likeliest first: [{theme, score, yes, review}]. */
export function decide(paragraph, themes, thresholds) {
  if (!paragraph.scores) return [];
  return themes
    .map((theme) => {
      const score = paragraph.scores[theme.key];
      const [low, threshold, high] = band(theme, thresholds.get(theme.key));
      return { theme, score, yes: score >= threshold, review: low <= score && score < high };
    })
    .filter((answer) => answer.yes || answer.review)
    .sort((one, other) => other.score - one.score);
}

/** What a paragraph counts as: the keys of its themes, "review", "none"; nothing where it is not tagged. */
export function classes(paragraph, answers) {
  if (!paragraph.scores) return [];
  const said = answers.filter((answer) => answer.yes).map((answer) => answer.theme.key);
  if (answers.some((answer) => answer.review)) said.push("review");
  return answers.some((answer) => answer.yes) ? said : [...said, "none"];
}

/** Whether a paragraph is shown under the filters: any of them is enough. */
export function passes(found, filters) {
  return filters.size === 0 || found.some((name) => filters.has(name));
}
