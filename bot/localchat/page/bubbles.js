// One message to one list item: who, what, picture or file, time, reactions, buttons.

import { element, refreshTimes, words } from "/page/words.js";

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const SVG = "http://www.w3.org/2000/svg";
const SIGNS = {
  url: "M7 17L17 7M9 7h8v8",
  copy_text: "M9 9h11v11H9zM5 15H4V4h11v1",
  file: "M12 4v11M7 11l5 5 5-5M5 20h14",
};

/** One line of what a message says, for the pinned bar and for quoted replies. */
export function oneLine(message) {
  const text = message.text || message.caption || "";
  if (text) return text.split("\n").filter(Boolean).slice(0, 3).join(" · ");
  return message.photo ? "Picture" : message.document?.file_name || "Message";
}

/** Builds list items. `acts` has onCommand, onKey, onPicture, onReply. */
export class Bubbles {
  constructor(acts) {
    this.acts = acts;
  }

  /** The list item of a message. */
  item(message, { mine, isGroup, reactions = [] }) {
    const item = element("li", mine ? "message mine" : "message");
    item.dataset.id = message.message_id;
    const bubble = element("div", "bubble");
    if (isGroup && !mine) bubble.append(element("span", "sender", message.from.first_name));
    if (message.reply_to_message) bubble.append(this.quoted(message.reply_to_message));
    this.addContent(bubble, message);
    bubble.append(stamp(message));
    item.append(bubble);
    if (message.photo || /\n[^\n]{20}/.test(message.text || "") && hasBlock(message)) item.classList.add("wide");
    const rows = message.reply_markup?.inline_keyboard || [];
    if (rows.length) item.append(this.keys(message, rows));
    setReactions(item, reactions);
    refreshTimes(item);
    return item;
  }

  /** A message that is still being written by the bot. */
  draft(draft) {
    const item = element("li", "message draft");
    const bubble = element("div", "bubble");
    const body = element("div", "words");
    body.append(words(draft.text || "Thinking", draft.entities));
    bubble.append(body);
    item.append(bubble);
    if (draft.can_stop) {
      const keys = element("div", "keys");
      const row = element("div");
      const stop = element("button", "key", "Stop");
      stop.type = "button";
      stop.onclick = () => this.acts.onStop(draft.draft_id);
      row.append(stop);
      keys.append(row);
      item.append(keys);
    }
    return item;
  }

  addContent(bubble, message) {
    if (message.photo) bubble.append(this.picture(message));
    if (message.document) bubble.append(file(message.document));
    const text = message.text ?? message.caption;
    if (!text) return;
    const body = element("div", "words");
    body.append(words(text, message.entities || message.caption_entities, this.acts.onCommand));
    bubble.append(body);
  }

  picture(message) {
    const size = message.photo.at(-1);
    const button = element("button", "picture");
    button.type = "button";
    button.setAttribute("aria-label", `Enlarge picture: ${message.caption || "no caption"}`);
    const image = element("img");
    image.width = size.width;
    image.height = size.height;
    image.alt = message.caption || "Picture";
    image.src = fileUrl(size.file_id);
    button.append(image);
    button.onclick = () => this.acts.onPicture(image.src, message.caption || "");
    return button;
  }

  quoted(message) {
    const node = element("button", "answered");
    node.type = "button";
    node.append(element("b", "", message.from.first_name), element("span", "", oneLine(message)));
    node.onclick = () => this.acts.onReply(message.message_id);
    return node;
  }

  keys(message, rows) {
    const keys = element("div", "keys");
    rows.forEach((row, rowNo) => {
      const line = element("div");
      row.forEach((button, columnNo) => {
        line.append(this.key(message, button, { row: rowNo, column: columnNo }));
      });
      keys.append(line);
    });
    return keys;
  }

  key(message, button, place) {
    const isLink = button.url && /^https?:/i.test(button.url);
    const node = element(isLink ? "a" : "button", `key ${button.style || ""}`.trim(), button.text);
    if (isLink) {
      node.href = button.url;
      node.target = "_blank";
      node.rel = "noopener noreferrer";
    } else {
      node.type = "button";
      node.disabled = Boolean(button.disabled);
      node.onclick = () => this.acts.onKey(message, button, place, node);
    }
    const sign = button.url ? SIGNS.url : button.copy_text ? SIGNS.copy_text : "";
    if (sign) node.append(drawing(sign, "sort"));
    return node;
  }
}

/** Shows the bot's reactions below a message. */
export function setReactions(item, reactions) {
  item.querySelector(".reactions")?.remove();
  if (!reactions.length) return;
  const line = element("div", "reactions");
  for (const reaction of reactions) line.append(element("span", "", reaction.emoji));
  item.querySelector(".bubble").append(line);
}

function hasBlock(message) {
  return (message.entities || []).some((entity) => entity.type === "pre");
}

function stamp(message) {
  const edited = message.edit_date ? "edited " : "";
  const node = element("span", "stamp", edited + CLOCK.format(new Date(message.date * 1000)));
  node.title = new Date(message.date * 1000).toLocaleString();
  return node;
}

function file(facts) {
  const node = element("a", "file");
  node.href = fileUrl(facts.file_id);
  node.download = facts.file_name || "file";
  const icon = element("span", "file-icon");
  icon.append(drawing(SIGNS.file));
  const lines = element("span");
  lines.append(element("b", "", facts.file_name || "File"), element("small", "", size(facts.file_size)));
  node.append(icon, lines);
  return node;
}

function fileUrl(fileId) {
  return `/chat/file/${encodeURIComponent(fileId)}`;
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function drawing(path, className = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  if (className) svg.setAttribute("class", className);
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
