// What pops up: toasts, alerts, a picture full screen.

import { element } from "/page/words.js";

const get = (id) => document.getElementById(id);
const TOAST_MS = 4000;

/** A short word at the bottom, gone after a few seconds. */
export function toast(text) {
  const node = element("div", "toast", text);
  get("toasts").append(node);
  setTimeout(() => node.remove(), TOAST_MS);
}

/** A word that waits for OK. */
export function alertBox(text) {
  get("alert-text").textContent = text;
  const box = get("alert");
  if (!box.open) box.showModal();
}

/** A picture over the whole screen; a tap on it shows it in full size. */
export function picture(url, caption) {
  const viewer = get("viewer");
  viewer.classList.remove("close-up");
  get("viewer-image").src = url;
  get("viewer-image").alt = caption || "Picture";
  get("viewer-caption").textContent = caption;
  viewer.showModal();
}

get("viewer-image").addEventListener("click", () => get("viewer").classList.toggle("close-up"));
get("viewer").addEventListener("click", (event) => {
  if (event.target.tagName === "FIGURE" || event.target === get("viewer")) get("viewer").close();
});
