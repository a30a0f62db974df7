// Calls to the service. Whatever goes wrong becomes a Problem, which the page tells in a sentence.

import { askForKey, key } from "./key.js";

const PATIENCE = 3; // times that a busy service is asked again
const LONGEST_WAIT = 20; // seconds

/** A failure: a type that strings.json knows or not, and what the service says of this very request. */
export class Problem extends Error {
  constructor(type, values = {}) {
    super(values.detail ?? type);
    this.type = type;
    this.values = values;
  }
}

/** The short type of a problem's URI. */
export const shortType = (uri = "") => uri.split(":").pop();

/** The service's answer to GET, or to POST where `body` is given: an object is sent as JSON, a form as it is. */
export async function call(path, body, signal) {
  for (let attempt = 0; ; attempt += 1) {
    const response = await send(path, body, signal);
    if (response.status === 401) {
      if (!(await askForKey())) throw new Problem("not-allowed");
    } else if (response.status === 503 && attempt < PATIENCE) {
      await wait(Math.min(Number(response.headers.get("Retry-After")) || 1, LONGEST_WAIT), signal);
    } else {
      return read(response);
    }
  }
}

async function send(path, body, signal) {
  const options = { headers: {}, signal, cache: "no-store" };
  if (key()) options.headers.authorization = `Bearer ${key()}`;
  if (body !== undefined) {
    options.method = "POST";
    options.body = body instanceof FormData ? body : JSON.stringify(body);
    if (!(body instanceof FormData)) options.headers["content-type"] = "application/json";
  }
  try {
    return await fetch(path, options);
  } catch (error) {
    throw error.name === "AbortError" ? error : new Problem("network");
  }
}

async function read(response) {
  let answer;
  try {
    answer = await response.json();
  } catch (error) {
    throw error.name === "AbortError" ? error : new Problem("bad-answer");
  }
  if (response.ok) return answer;
  throw new Problem(response.status === 503 ? "busy" : shortType(answer.type), answer);
}

function wait(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
