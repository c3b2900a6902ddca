// The prompt: it counts while one types, tells the server at every pause, and loses nothing when the page is left.
// A text has a version number: what the server puts into the field (an example, an earlier job) has a higher one than
// what it knew, and what is typed a higher one than that.
const PAUSE = 700;  // milliseconds after the last letter
const STAYED = 3000;  // after a link was pressed: the page was not left after all
const FRESH = 5000;  // how long a press waits for the server
const STILL = 4;  // pixels that a pointer may move in a click
const GENERATE = "[class*=st-key-generate-] button:enabled";
const REASON = "[class*=st-key-aloud-refused-prompt-]";

class Prompt {
  constructor(root) {
    this.text = root.querySelector("textarea");
    this.label = root.querySelector("label");
    this.count = root.querySelector("output");
    this.version = 0;
    this.known = "";  // what the server has of it
    this.process = "";
    this.isLeaving = false;
    this.presses = [];  // of Generate, that the server has not taken: it hears of two at once when it is busy
    this.stop = new AbortController();
    const on = (target, kind, act, capture = false) =>
      target.addEventListener(kind, act, {capture, signal: this.stop.signal});
    on(this.text, "input", event => this.typed(event));
    on(this.text, "compositionend", () => this.soon());
    on(this.text, "blur", () => this.isLeaving || this.commit());
    on(document, "paste", event => this.paste(event));
    on(document, "dragover", event => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); });
    on(document, "drop", event => this.drop(event));
    on(document, "pointerdown", event => this.follow(event), true);
    on(document, "pointerdown", event => { this.aimed = event.target.closest?.(GENERATE) ? event : null; }, true);
    on(document, "pointerup", event => this.released(event), true);
    on(document, "click", event => { if (event.target.closest?.(GENERATE)) this.press(); }, true);
    on(document, "keydown", event => this.shortcut(event), true);
    on(document, "visibilitychange", () => { if (document.hidden) this.leave(); });
    on(window, "pagehide", () => this.leave());
  }

  draw(data, send, ask) {
    Object.assign(this, {data, send, ask});
    this.label.textContent = data.label;
    this.text.placeholder = data.placeholder;
    this.text.style.minHeight = `${data.height}px`;
    const late = unsent.get(data.form);
    const isNewProcess = this.process && this.process !== data.process;
    this.process = data.process;
    this.presses = this.presses.filter(press => press.form === data.form && press.number > data.taken);
    if (late?.version > Math.max(data.version, this.version)) {
      this.fill(late);
      this.afterRun();
    } else if (data.version > this.version) this.fill(data);
    else if (data.text !== this.known && (isNewProcess || data.version === this.version)) this.afterRun();
    this.show();
  }

  fill(data) {
    this.version = data.version;
    this.known = this.text.value = data.text;
  }

  typed(event) {
    this.show();
    if (!event.isComposing) this.soon();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.commit(), PAUSE);
  }

  commit(again = false) {
    clearTimeout(this.timer);
    if (!again && this.text.value === this.known) return;
    this.known = this.text.value;
    unsent.delete(this.data.form);
    this.version = Math.max(this.version, this.data.version) + 1;
    this.send("draft", {text: this.known, version: this.version, presses: this.presses});
  }

  // A run in progress is not cut off: after a restart it may be the only one to know of a press of Generate.
  afterRun() {
    if (!this.text.isConnected) return;
    clearTimeout(this.waiting);
    if (window.links?.isStill() ?? true) this.commit(true);
    else this.waiting = setTimeout(() => this.afterRun(), 50);
  }

  // The page may move under the pointer, as when the field grows, and a button that is drawn anew meanwhile gets no
  // click at all: a press that began on the button is still one. A click comes with the release, before the timer.
  released(event) {
    const aimed = this.aimed, before = this.number;
    this.aimed = null;
    if (!aimed || event.button || Math.hypot(event.clientX - aimed.clientX, event.clientY - aimed.clientY) > STILL)
      return;
    setTimeout(() => { if (this.number === before) document.querySelector(GENERATE)?.click(); });
  }

  press() {
    const {form, taken} = this.data;
    this.number = Math.max(this.number ?? 0, taken) + 1;
    this.presses = this.presses.filter(press => Date.now() - press.at < FRESH);  // an older one came to nothing
    this.presses.push({form, number: this.number, text: this.text.value, at: Date.now()});
    this.commit(true);
  }

  shortcut(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    if (document.querySelector(GENERATE) && !event.target.closest?.("[role=radio]")) this.press();
  }

  // Streamlit takes a text that arrives after the page change for a wish to come back: it goes another way.
  follow(event) {
    if (!window.links?.at(event)) return;
    clearTimeout(this.timer);
    this.isLeaving = true;
    this.leave();
    setTimeout(() => {
      this.isLeaving = false;
      if (this.text.isConnected) this.commit();
    }, STAYED);
  }

  leave() {
    if (!this.data || this.text.value === this.known) return;
    this.version = Math.max(this.version, this.data.version) + 1;
    const late = {text: this.text.value, version: this.version};
    unsent.set(this.data.form, late);
    if (this.data.route) navigator.sendBeacon(this.data.route, JSON.stringify(late));
  }

  show() {
    const {limit} = this.data, length = [...this.text.value.trim()].length;
    this.count.textContent = `${length.toLocaleString("en-US")} / ${limit.toLocaleString("en-US")}`;
    this.count.classList.toggle("over", length > limit);
    this.text.setAttribute("aria-invalid", length > limit);
    if (!CSS.supports("field-sizing", "content")) {
      this.text.style.height = "auto";
      this.text.style.height = `${this.text.scrollHeight + 2}px`;
    }
    const reason = document.querySelector(REASON);
    if (reason) reason.style.display = this.text.value === this.data.text ? "" : "none";
  }

  // A picture can be pasted anywhere on the page, but not behind a dialog nor into a field that has nothing to do with
  // the form. A text processor gives a picture of its words, too: those are pasted as words.
  paste(event) {
    const types = event.clipboardData?.types ?? [];
    const isText = types.includes("text/plain") && types.some(type => /html|rtf/.test(type));
    const field = event.target.closest?.("input, textarea");
    const isElsewhere = document.querySelector("[data-testid=stDialog]") || (field && !field.closest(FORM));
    if (!isText && !isElsewhere && !event.defaultPrevented) this.take(event, event.clipboardData);
  }

  // A file that misses its place does not lead away from the page; on a picture in the form it is meant for that place.
  drop(event) {
    if (event.defaultPrevented || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    const place = event.target.closest?.(`${FORM}, [class*=st-key-media-]`);
    if (place) this.take(event, event.dataTransfer, /st-key-media-\S+/.exec(place.className)?.[0]);
  }

  // Pasted or dropped files go where chosen ones go; a form without such a place is asked for one.
  take(event, given, at = "") {
    const files = [...(given?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    const held = new DataTransfer();
    files.forEach(one => held.items.add(one));
    this.commit();  // first: a commit that came after the wish for a place would take that place back
    hand(held.files, at, () => this.ask("files", files.length));
  }
}

const drawn = new WeakMap();
const unsent = new Map();  // by form: what was in it when its page was left

export default function ({parentElement, data, setStateValue, setTriggerValue}) {
  if (!drawn.has(parentElement)) drawn.set(parentElement, new Prompt(parentElement));
  const prompt = drawn.get(parentElement);
  prompt.draw(data, setStateValue, setTriggerValue);
  return () => {
    prompt.stop.abort();
    clearTimeout(prompt.timer);
    drawn.delete(parentElement);
  };
}
