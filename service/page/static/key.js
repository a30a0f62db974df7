// The API key, asked for only when the service answers 401, and kept for the session only.

import { byId } from "./dom.js";
import { t } from "./i18n.js";

const KEPT = "themetag.key";
let kept = recall();
let asking = null;

/** The key in use, or null. */
export const key = () => kept;

/** Ask for a key; resolves to whether there is a new one. Calls that come while it is asked share the answer. */
export function askForKey() {
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

function ask() {
  const form = byId("key");
  const secret = byId("secret");
  byId("problem").textContent = kept ? t("keyWrong") : "";
  form.hidden = false;
  secret.value = "";
  secret.focus();
  return new Promise((resolve) => {
    const end = (found) => {
      form.hidden = true;
      byId("problem").textContent = "";
      keep(found);
      resolve(found !== null);
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      end(secret.value.trim());
    };
    byId("keyCancel").onclick = () => end(null);
  });
}

function keep(found) {
  kept = found;
  try {
    if (found) sessionStorage.setItem(KEPT, found);
    else sessionStorage.removeItem(KEPT);
  } catch {
    // Storage is closed to this page: the key lasts as long as the page.
  }
}

function recall() {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return null;
  }
}
