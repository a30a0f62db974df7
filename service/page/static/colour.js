// The themes' colours, made readable on the page's own in light and in dark: whatever colour a theme has.

import { state } from "./state.js";

const READABLE = 4.6; // WCAG asks 4.5 of text
const VISIBLE = 3.1; // and 3 of bars and borders
const DEPTHS = [0.12, 0.2, 0.3, 0.4, 0.52];
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => paintThemes());

/** Set the colours of `[data-theme]` elements for the scheme in use. */
export function paintThemes() {
  const root = getComputedStyle(document.documentElement);
  const surface = rgb(root.getPropertyValue("--surface").trim());
  const text = rgb(root.getPropertyValue("--text").trim());
  const rules = state.themes.map((theme, number) => {
    const alone = state.themes.every((other) => other === theme || other.color !== theme.color);
    const colour = (alone && rgb(theme.color)) || spread(number / state.themes.length);
    const tint = mix(surface, colour, 0.13);
    const depths = DEPTHS.map((share, at) => `--d${at + 1}: ${css(readableOn(surface, colour, share, text))}`);
    const [ink, solid] = [toward(colour, text, tint, READABLE), toward(colour, text, surface, VISIBLE)];
    const colours = [`--tint: ${css(tint)}`, `--ink: ${css(ink)}`, `--solid: ${css(solid)}`, ...depths];
    return `[data-theme="${CSS.escape(theme.key)}"] { ${colours.join("; ")} }`;
  });
  sheet.replaceSync(rules.join("\n"));
}

/** `colour` moved towards `text` until it stands out enough from `ground`. */
function toward(colour, text, ground, enough) {
  let share = 0;
  while (share < 1 && contrast(mix(colour, text, share), ground) < enough) share += 0.04;
  return mix(colour, text, Math.min(1, share));
}

/** `colour` on `surface`, at most as dense as `share`, with `text` readable on it. */
function readableOn(surface, colour, share, text) {
  let dense = share;
  while (dense > 0 && contrast(text, mix(surface, colour, dense)) < READABLE) dense -= 0.02;
  return mix(surface, colour, Math.max(0, dense));
}

function rgb(hex) {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(hex);
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  if (short) return short.slice(1).map((digit) => parseInt(digit + digit, 16));
  return long && long.slice(1).map((digits) => parseInt(digits, 16));
}

/** A colour of the wheel, for a theme that has none of its own. */
const spread = (turn) => [0, 1 / 3, 2 / 3].map((phase) => 128 + 90 * Math.cos(2 * Math.PI * (turn - phase)));

const mix = (one, other, share) => one.map((part, at) => part + (other[at] - part) * share);
const css = (colour) => `rgb(${colour.map(Math.round).join(" ")})`;

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour) {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
