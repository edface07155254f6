// The page: who is looking, what the desk says, what the person does.

import { people, post, Stream } from "/page/api.js";
import { Composer } from "/page/composer.js";
import { Log } from "/page/log.js";
import { alertBox, picture, toast } from "/page/overlay.js";
import { element, refreshTimes } from "/page/words.js";

const get = (id) => document.getElementById(id);
const FACES = ["#e8833a", "#2a8cf0", "#17a673", "#8b6fe8", "#d8577d", "#4f9fb0"];
const ROLES = {
  1001: "may do everything", 1002: "may trade", 1003: "may look", 1004: "is not known to the desk",
};
const DOING = {
  typing: "typing", upload_photo: "sending a picture", upload_document: "sending a file",
};
const TYPING_MS = 5000;
const TAP_MS = 12_000;

const state = { people: [], groups: [], userId: 0, chatId: 0, stream: null, instance: 0 };
const taps = new Map();

const log = new Log({
  onCommand: (command) => send(command),
  onKey: tap,
  onPicture: picture,
  onStop: (draftId) => act("/chat/stop", { draft_id: draftId }),
});
const composer = new Composer(send);

async function act(path, body) {
  try {
    return await post(path, { chat_id: state.chatId, user_id: state.userId, ...body });
  } catch (error) {
    toast(error.message === "Failed to fetch" ? "The desk is away, not sent" : error.message);
    return null;
  }
}

async function send(text) {
  return Boolean(await act("/chat/send", { text }));
}

async function tap(message, button, place, node) {
  if (button.copy_text) {
    await navigator.clipboard.writeText(button.copy_text.text);
    toast("Copied");
    return;
  }
  if (!button.callback_data) { toast("This button works in Telegram only"); return; }
  node.classList.add("waiting");
  const answer = await act("/chat/tap", { message_id: message.message_id, label: button.text, ...place });
  if (!answer) { node.classList.remove("waiting"); return; }
  const query = answer.callback_query_id;
  if (taps.has(query)) { answered(taps.get(query), node); taps.delete(query); return; }
  taps.set(query, node);
  setTimeout(() => { taps.delete(query); node.classList.remove("waiting"); }, TAP_MS);
}

function answered(event, node) {
  node.classList.remove("waiting");
  if (!event.text) return;
  if (event.show_alert) alertBox(event.text);
  else toast(event.text);
}

function callbackAnswer(event) {
  const node = taps.get(event.callback_query_id);
  // the answer may be here before the reply to the tap itself
  if (node) { taps.delete(event.callback_query_id); answered(event, node); }
  else taps.set(event.callback_query_id, event);
}

let typingTimer = 0;
function setStatus(text, isLive = false) {
  clearTimeout(typingTimer);
  const node = get("status");
  node.textContent = text;
  node.className = isLive ? "status live dots" : "status";
  if (isLive) typingTimer = setTimeout(() => setStatus("bot"), TYPING_MS);
}

const EVENTS = {
  snapshot(event) {
    if (state.instance && state.instance !== event.instance) {
      toast("The desk restarted. Earlier messages are not kept.");
    }
    state.instance = event.instance;
    log.reset(event, state.userId);
    composer.setCommands(event.commands);
    get("title").textContent = event.chat.title || event.bot.first_name;
    get("hello").hidden = get("start").hidden = event.messages.length > 0;
    setStatus("bot");
  },
  message(event) {
    log.put(event.message);
    get("start").hidden = true;
    if (event.message.from.is_bot) setStatus("bot");
  },
  deleted: (event) => log.remove(event.message_id),
  pins: (event) => log.setPins(event.pins),
  reactions: (event) => log.react(event.message_id, event.reactions),
  typing: (event) => setStatus(DOING[event.action] || "busy", true),
  draft: (event) => log.draft(event.draft),
  commands: (event) => composer.setCommands(event.commands),
  answer: callbackAnswer,
};

function onState(name) {
  const isAway = name === "away";
  get("banner").hidden = !isAway;
  get("banner").textContent = "The desk is away. Reconnecting…";
  if (isAway) setStatus("waiting for the desk");
}

function join(chatId, userId) {
  state.stream?.close();
  Object.assign(state, { chatId, userId });
  localStorage.setItem("parley-seat", JSON.stringify({ chatId, userId }));
  get("person").value = seat(chatId, userId);
  const radio = document.querySelector(`#people input[value="${seat(chatId, userId)}"]`);
  if (radio) radio.checked = true;
  showFace(get("face"), personOf(userId));
  state.stream = new Stream(chatId, userId, {
    onEvent: (event) => EVENTS[event.kind]?.(event),
    onState,
  });
}

const seat = (chatId, userId) => `${chatId}/${userId}`;
const personOf = (userId) => state.people.find((person) => person.id === userId);

function showFace(node, person) {
  node.textContent = person.first_name[0];
  node.style.setProperty("--face", FACES[Math.abs(person.id - 1001) % FACES.length]);
}

function drawPeople() {
  const select = get("person");
  const box = get("people");
  select.replaceChildren();
  for (const person of state.people) {
    const name = [person.first_name, person.last_name].filter(Boolean).join(" ");
    select.append(new Option(person.last_name || name, seat(person.id, person.id)));
    const label = element("label");
    const radio = element("input");
    Object.assign(radio, { type: "radio", name: "seat", value: seat(person.id, person.id) });
    const face = element("span", "face");
    showFace(face, person);
    const lines = element("span");
    lines.append(element("b", "", name), element("small", "", ROLES[person.id] || "is not known to the desk"));
    label.append(radio, face, lines);
    box.append(label);
  }
  for (const group of state.groups) {
    const members = element("optgroup");
    members.label = group.title;
    for (const person of state.people) {
      members.append(new Option(`${person.last_name || person.first_name} · group`, seat(group.id, person.id)));
    }
    select.append(members);
  }
  const change = (event) => join(...event.target.value.split("/").map(Number));
  select.onchange = change;
  box.onchange = change;
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
}

function startTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem("parley-theme");
  setTheme(chosen() || (dark.matches ? "dark" : "light"));
  dark.onchange = () => chosen() || setTheme(dark.matches ? "dark" : "light");
  get("theme").onclick = () => {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    localStorage.setItem("parley-theme", next);
    setTheme(next);
  };
}

async function start() {
  startTheme();
  try {
    Object.assign(state, await people());
  } catch {
    onState("away");
    setTimeout(start, 1500);
    return;
  }
  drawPeople();
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem("parley-seat")) || {}; } catch { kept = {}; }
  const userId = personOf(kept.userId) ? kept.userId : state.people[0].id;
  const isGroup = state.groups.some((group) => group.id === kept.chatId);
  join(isGroup ? kept.chatId : userId, userId);
  setInterval(refreshTimes, 1000);
  if (matchMedia("(hover: hover)").matches) get("text").focus();
}

start();
