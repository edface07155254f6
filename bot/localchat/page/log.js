// The list of messages: keeps it in order, edits in place, follows the end unless one reads above.

import { Bubbles, oneLine, setReactions } from "/page/bubbles.js";
import { element } from "/page/words.js";

const NEAR_END_PX = 90;
const DRAFT_MS = 30_000;
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long" });
const get = (id) => document.getElementById(id);

export class Log {
  constructor(acts) {
    this.bubbles = new Bubbles({ ...acts, onReply: (id) => this.show(id) });
    this.list = get("log");
    this.scroller = get("scroller");
    this.messages = new Map();
    this.items = new Map();
    this.pins = [];
    this.unread = 0;
    this.followsEnd = true;
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.followsEnd && this.toEnd()).observe(this.list);
    new ResizeObserver(() => this.followsEnd && this.toEnd()).observe(this.scroller);
    get("to-end").onclick = () => this.toEnd(true);
    get("pinned-go").onclick = () => this.nextPin();
  }

  /** Starts anew with what the desk says there is. */
  reset(snapshot, userId) {
    this.userId = userId;
    this.isGroup = snapshot.chat.type !== "private";
    this.messages = new Map();
    this.items.clear();
    this.list.replaceChildren();
    this.dropDraft();
    for (const message of snapshot.messages) {
      this.put(message, snapshot.reactions[message.message_id], true);
    }
    snapshot.drafts.forEach((draft) => this.draft(draft));
    this.setPins(snapshot.pins);
    this.followsEnd = true;
    this.toEnd();
  }

  /** Adds a message, or replaces it where it stands. */
  put(message, reactions = [], isOld = false) {
    const mine = message.from.id === this.userId;
    const item = this.bubbles.item(message, { mine, isGroup: this.isGroup, reactions });
    const old = this.items.get(message.message_id);
    const before = this.messages.get(message.message_id);
    this.messages.set(message.message_id, message);
    this.items.set(message.message_id, item);
    if (old) {
      if (!reactions.length && before) keepReactions(old, item);
      item.className = [item.className, ...["follows"].filter((name) => old.classList.contains(name))].join(" ");
      old.replaceWith(item);
      if (this.pins.includes(message.message_id)) this.showPin();
      return;
    }
    if (!isOld) item.classList.add("fresh");
    this.append(message, item, mine);
    if (mine) this.followsEnd = true;
    if (this.followsEnd) this.toEnd();
    else if (!isOld) this.count(1);
    get("hello").hidden = true;
  }

  append(message, item, mine) {
    const day = DAY.format(new Date(message.date * 1000));
    if (day !== this.list.dataset.day || !this.list.childElementCount) {
      this.list.dataset.day = day;
      this.list.append(element("li", "day", day === DAY.format(new Date()) ? "Today" : day));
    } else if (this.lastFrom === message.from.id && mine) {
      item.classList.add("follows");
    }
    this.lastFrom = message.from.id;
    if (!mine) this.dropDraft();
    this.list.append(item);
    if (this.draftItem) this.list.append(this.draftItem);
  }

  remove(messageId) {
    this.items.get(messageId)?.remove();
    this.items.delete(messageId);
    this.messages.delete(messageId);
  }

  react(messageId, reactions) {
    const item = this.items.get(messageId);
    if (item) setReactions(item, reactions);
  }

  draft(draft) {
    this.dropDraft();
    if (draft.is_over) return;
    this.draftItem = this.bubbles.draft(draft);
    this.list.append(this.draftItem);
    this.draftTimer = setTimeout(() => this.dropDraft(), DRAFT_MS);
    if (this.followsEnd) this.toEnd();
  }

  dropDraft() {
    clearTimeout(this.draftTimer);
    this.draftItem?.remove();
    this.draftItem = null;
  }

  setPins(pins) {
    this.pins = pins.filter((id) => this.messages.has(id));
    this.pinNo = 0;
    this.showPin();
  }

  showPin() {
    const message = this.messages.get(this.pins[this.pinNo]);
    get("pinned").hidden = !message;
    if (!message) return;
    const several = this.pins.length > 1 ? ` ${this.pins.length - this.pinNo}` : "";
    get("pinned-head").textContent = `Pinned message${several}`;
    get("pinned-text").textContent = oneLine(message);
  }

  nextPin() {
    this.show(this.pins[this.pinNo]);
    this.pinNo = (this.pinNo + 1) % this.pins.length;
    this.showPin();
  }

  show(messageId) {
    const item = this.items.get(messageId);
    if (!item) return;
    item.scrollIntoView({ block: "center", behavior: "smooth" });
    item.classList.remove("found");
    requestAnimationFrame(() => item.classList.add("found"));
  }

  toEnd(smooth = false) {
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    this.count(0);
  }

  scrolled() {
    const left = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight;
    this.followsEnd = left < NEAR_END_PX;
    get("to-end").hidden = this.followsEnd;
    if (this.followsEnd) this.count(0);
  }

  count(more) {
    this.unread = more ? this.unread + more : 0;
    get("unread").hidden = !this.unread;
    get("unread").textContent = this.unread;
  }
}

function keepReactions(old, item) {
  const line = old.querySelector(".reactions");
  if (line) item.querySelector(".bubble").append(line);
}
