// The page's wire: requests with JSON, and one live stream per chat that comes back by itself.

/** Sends JSON and gives the answer; throws an Error with the server's sentence. */
export async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(content.description || `The desk answered ${answer.status}`);
  return content;
}

/** The people, groups and bot of this chat. */
export async function people() {
  const answer = await fetch("/chat/people");
  if (!answer.ok) throw new Error("The desk is away");
  return answer.json();
}

/** A stream of one chat's events. `close` ends it for good. */
export class Stream {
  constructor(chatId, userId, { onEvent, onState }) {
    this.url = `/chat/${chatId}/events?user_id=${userId}`;
    this.onEvent = onEvent;
    this.onState = onState;
    this.open();
  }

  open() {
    this.source = new EventSource(this.url);
    this.source.onopen = () => this.onState("online");
    this.source.onmessage = (event) => this.onEvent(JSON.parse(event.data));
    this.source.onerror = () => {
      // a browser gives up after some errors, so we always start anew ourselves
      this.source.close();
      this.onState("away");
      this.retry = setTimeout(() => this.open(), 1200);
    };
  }

  close() {
    clearTimeout(this.retry);
    this.source.close();
  }
}
