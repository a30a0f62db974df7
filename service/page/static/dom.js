// Elements made in one expression.

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/** A new element; `attributes` that are null or false are left out, true ones are set empty. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}
