// Text and entities to DOM nodes. Only nodes and textContent: text of others never becomes markup.

const SIMPLE = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code",
  mention: "span", cashtag: "span", hashtag: "span", phone_number: "span",
  text_mention: "span", custom_emoji: "span",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const SAFE_LINK = /^(https?|tg|mailto):/i;

/** A new element with a class and text. */
export function element(name, className = "", text = "") {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

/** The text as nodes; `onCommand` is called with a command that is tapped. */
export function words(text, entities = [], onCommand = () => {}) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  fill(fragment, text, sorted, 0, text.length, onCommand);
  return fragment;
}

// entity offsets are UTF-16 units, and so are the indices of a JavaScript string
function fill(parent, text, entities, from, to, onCommand) {
  let at = from;
  let afterBlock = false;
  for (let i = 0; i < entities.length; i += 1) {
    const start = Math.max(entities[i].offset, at);
    const end = Math.min(entities[i].offset + entities[i].length, to);
    if (start >= end) continue;
    const isBlock = BLOCKS.has(entities[i].type);
    parent.append(between(text.slice(at, start), afterBlock, isBlock));
    afterBlock = isBlock;
    const node = entityNode(entities[i], text.slice(start, end), onCommand);
    let inner = i + 1;
    while (inner < entities.length && entities[inner].offset < end) inner += 1;
    fill(node, text, entities.slice(i + 1, inner), start, end, onCommand);
    parent.append(node);
    at = end;
  }
  parent.append(between(text.slice(at, to), afterBlock, false));
}

// a block begins and ends a line by itself, so one line break beside it is not drawn
function between(text, afterBlock, beforeBlock) {
  let shown = text;
  if (afterBlock && shown.startsWith("\n")) shown = shown.slice(1);
  if (beforeBlock && shown.endsWith("\n")) shown = shown.slice(0, -1);
  return shown;
}

function entityNode(entity, covered, onCommand) {
  switch (entity.type) {
    case "pre": return block("pre", entity);
    case "blockquote": return element("blockquote");
    case "expandable_blockquote": return expandable();
    case "spoiler": return spoiler();
    case "date_time": return moment(entity);
    case "bot_command": return command(covered, onCommand);
    case "text_link": return link(entity.url);
    case "url": return link(covered);
    case "email": return link(`mailto:${covered}`);
    default: return element(SIMPLE[entity.type] || "span");
  }
}

function block(name, entity) {
  const node = element(name);
  if (entity.language) node.dataset.language = entity.language;
  node.tabIndex = 0; // so that a wide one can be scrolled by keys
  return node;
}

function link(url) {
  if (!SAFE_LINK.test(url)) return element("span");
  const node = element("a");
  node.href = url;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}

function command(covered, onCommand) {
  const node = element("button", "command");
  node.type = "button";
  node.onclick = () => onCommand(covered);
  return node;
}

function expandable() {
  const node = element("blockquote", "long");
  return toggle(node, "Show all of it");
}

function spoiler() {
  const node = element("span", "spoiler");
  return toggle(node, "Show hidden text");
}

function toggle(node, label) {
  node.tabIndex = 0;
  node.setAttribute("role", "button");
  node.setAttribute("aria-label", label);
  const flip = () => {
    node.classList.toggle("open");
    node.removeAttribute("aria-label");
  };
  node.onclick = flip;
  node.onkeydown = (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); flip(); }
  };
  return node;
}

const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });
const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

function moment(entity) {
  const node = element("time");
  const at = new Date(entity.unix_time * 1000);
  if (Number.isNaN(at.getTime())) return node;
  node.dateTime = at.toISOString();
  node.title = at.toLocaleString();
  if (entity.date_time_format === "r") node.dataset.relativeTo = entity.unix_time;
  return node;
}

/** Brings relative times up to date; call it now and then. */
export function refreshTimes(root = document) {
  for (const node of root.querySelectorAll("time[data-relative-to]")) {
    const seconds = Number(node.dataset.relativeTo) - Date.now() / 1000;
    const [unit, length] = STEPS.find(([, size]) => Math.abs(seconds) >= size) || STEPS[3];
    node.textContent = RELATIVE.format(Math.trunc(seconds / length), unit);
  }
}
