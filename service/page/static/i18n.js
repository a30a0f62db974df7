// The page's words: strings.json holds all of them, in every language; the reader's choice is remembered.

const KEPT = "themetag.language";
let strings = {};
let language = "en";

/** Load the words and choose the language: the one remembered, else the browser's. */
export async function loadStrings() {
  strings = await (await fetch("page/strings.json")).json();
  const wished = [recall(), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())];
  language = wished.find((name) => name in strings) ?? "en";
}

/** The languages that the page speaks, each with its own name and tag. */
export const languages = () =>
  Object.entries(strings).map(([key, words]) => ({ key, name: words.language, tag: words.htmlLang }));

/** The language in use. */
export const current = () => language;

/** Speak `name` from now on, and the next time. */
export function useLanguage(name) {
  language = name;
  try {
    localStorage.setItem(KEPT, name);
  } catch {
    // Storage is closed to this page: the choice lasts as long as the page.
  }
}

/** The words for `key`, with `{name}` replaced by `values.name`. */
export function t(key, values = {}) {
  const words = strings[language][key] ?? key;
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? number(values[name]) : whole));
}

/** Whether there are words for `key`. */
export const known = (key) => key in strings[language];

/** The theme's name. */
export const themeName = (theme) => (language === "zh" ? theme.name_zh : theme.name_en);

/** A probability or share as people read it; what is not quite certain is not said to be. */
export function percent(value) {
  if (value > 0.99 && value < 1) return ">99%";
  if (value < 0.01 && value > 0) return "<1%";
  return `${Math.round(value * 100)}%`;
}

/** Put the words into every element that names them. */
export function translatePage() {
  document.documentElement.lang = t("htmlLang");
  document.title = t("title");
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = t(element.dataset.text);
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", t(element.dataset.label));
  }
  for (const element of document.querySelectorAll("[data-placeholder]")) {
    element.placeholder = t(element.dataset.placeholder);
  }
}

function number(value) {
  return typeof value === "number" ? value.toLocaleString(t("htmlLang")) : value;
}

function recall() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}
