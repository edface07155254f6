// The text field and the command menu: "/" opens it, arrows choose, Tab completes, Enter sends.

import { element } from "/page/words.js";

const get = (id) => document.getElementById(id);

export class Composer {
  constructor(onSend) {
    this.onSend = onSend;
    this.commands = [];
    this.shown = [];
    this.chosen = -1;
    this.isForced = false; // opened by the Menu button, not by typing
    this.text = get("text");
    this.menu = get("menu");
    this.text.addEventListener("input", () => { this.isForced = false; this.changed(); });
    this.text.addEventListener("keydown", (event) => this.key(event));
    get("composer").addEventListener("submit", (event) => { event.preventDefault(); this.send(this.text.value); });
    get("menu-button").addEventListener("click", () => this.toggle());
    get("start").addEventListener("click", () => this.send("/start"));
    document.addEventListener("click", (event) => {
      if (!event.target.closest(".foot")) this.close();
    });
  }

  setCommands(commands) {
    this.commands = commands;
    this.changed();
  }

  changed() {
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
    get("send").disabled = !this.text.value.trim();
    const typed = /^\/([a-z0-9_]*)$/i.exec(this.text.value);
    if (typed) this.open(typed[1].toLowerCase());
    else if (!this.isForced) this.close();
  }

  open(prefix) {
    const starts = this.commands.filter((row) => row.command.startsWith(prefix));
    const contains = this.commands.filter((row) => !starts.includes(row) && row.command.includes(prefix));
    this.shown = [...starts, ...contains];
    this.choose(this.shown.length && prefix ? 0 : -1, true);
    this.menu.hidden = false;
    get("menu-button").setAttribute("aria-expanded", "true");
  }

  close() {
    this.menu.hidden = true;
    this.chosen = -1;
    this.isForced = false;
    get("menu-button").setAttribute("aria-expanded", "false");
    this.text.removeAttribute("aria-activedescendant");
  }

  toggle() {
    if (!this.menu.hidden) { this.close(); return; }
    this.isForced = true;
    this.open("");
    this.text.focus({ preventScroll: true });
  }

  choose(place, redraw = false) {
    this.chosen = place;
    if (redraw) this.menu.replaceChildren(...this.rows());
    [...this.menu.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === place)));
    const row = this.menu.children[place];
    if (place < 0 || !row) { this.text.removeAttribute("aria-activedescendant"); return; }
    row.scrollIntoView({ block: "nearest" });
    this.text.setAttribute("aria-activedescendant", row.id);
  }

  rows() {
    if (!this.shown.length) {
      return [element("li", "none", this.commands.length ? "No such command" : "The bot has no commands yet")];
    }
    return this.shown.map((row, i) => {
      const item = element("li");
      item.id = `command-${i}`;
      item.setAttribute("role", "option");
      item.append(element("b", "", `/${row.command}`), element("span", "", row.description));
      item.addEventListener("mousedown", (event) => event.preventDefault());
      item.addEventListener("click", () => this.send(`/${row.command}`));
      return item;
    });
  }

  key(event) {
    const isOpen = !this.menu.hidden && this.shown.length > 0;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      const row = isOpen ? this.shown[this.chosen] : null;
      this.send(row ? `/${row.command}` : this.text.value);
    } else if (event.key === "Escape") {
      this.close();
    } else if (isOpen && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      this.text.value = `/${this.shown[Math.max(this.chosen, 0)].command} `;
      this.changed();
    } else if (isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const from = this.chosen < 0 && step < 0 ? 0 : this.chosen;
      this.choose((from + step + this.shown.length) % this.shown.length);
    }
  }

  async send(text) {
    if (!text.trim()) return;
    const isTyped = text === this.text.value || text.startsWith(this.text.value.trim() || "/");
    this.close();
    if (await this.onSend(text) && isTyped) {
      this.text.value = "";
      this.changed();
    }
  }
}
