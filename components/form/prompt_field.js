// The prompt field: it counts characters, sends the text at every pause, and keeps it when the page is left.
// A text has a version number: a text that the server puts into the field (an example, an earlier job) has a higher one
// than the last text that the server had, and a text that is typed after it a higher one again.
const PAUSE = 700;  // milliseconds after the last character
const STAYED = 3000;  // milliseconds after a link was pressed, when the page was not left after all
const FRESH = 5000;  // milliseconds that a press waits for the server
const GENERATE = "[class*=st-key-generate-] button:enabled";
const DIALOG = "[data-testid=stDialog], dialog[open]";
const DROPZONE = "[data-testid=stFileUploaderDropzone]";  // takes what is dropped on it
const REASON = "[class*=st-key-aloud-refused-prompt-]";

class Prompt {
  constructor(root) {
    this.text = root.querySelector("textarea");
    this.label = root.querySelector("label");
    this.count = root.querySelector("output");
    this.version = 0;
    this.serverText = "";  // the text that the server has
    this.process = "";
    this.isLeaving = false;
    this.presses = [];  // of Generate, not yet recorded by the server: a busy server gets two at once
    this.stop = new AbortController();
    const on = (target, kind, handler, capture = false) =>
      target.addEventListener(kind, handler, {capture, signal: this.stop.signal});
    on(this.text, "input", event => this.onInput(event));
    on(this.text, "compositionend", () => this.commitSoon());
    on(this.text, "blur", () => this.isLeaving || this.commit());
    on(document, "paste", event => this.paste(event));
    on(document, "dragover", event => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); });
    on(document, "drop", event => this.drop(event));
    on(document, "pointerdown", event => this.onLink(event), true);
    on(document, "click", event => { if (event.target.closest?.(GENERATE)) this.recordPress(); }, true);
    on(document, "keydown", event => this.onKeyDown(event), true);
    on(document, "visibilitychange", () => { if (document.hidden) this.sendLate(); });
    on(window, "pagehide", () => this.sendLate());
  }

  end() {
    this.stop.abort();
    clearTimeout(this.timer);
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
      this.setText(late);
      this.afterRun();
    } else if (data.version > this.version) this.setText(data);
    else if (data.text !== this.serverText && (isNewProcess || data.version === this.version)) this.afterRun();
    this.show();
  }

  setText(data) {
    this.version = data.version;
    this.serverText = this.text.value = data.text;
  }

  onInput(event) {
    this.show();
    if (!event.isComposing) this.commitSoon();
  }

  commitSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.commit(), PAUSE);
  }

  commit(again = false) {
    clearTimeout(this.timer);
    if (!again && this.text.value === this.serverText) return;
    this.serverText = this.text.value;
    unsent.delete(this.data.form);
    this.version = Math.max(this.version, this.data.version) + 1;
    this.send("draft", {text: this.serverText, version: this.version, presses: this.presses});
  }

  // Do not stop a run in progress: after a restart it may be the only one that knows of a press of Generate.
  afterRun() {
    if (!this.text.isConnected) return;
    clearTimeout(this.waiting);
    if (window.links?.isStill() ?? true) this.commit(true);
    else this.waiting = setTimeout(() => this.afterRun(), 50);
  }

  recordPress() {
    const {form, taken} = this.data;
    this.number = Math.max(this.number ?? 0, taken) + 1;
    this.presses = this.presses.filter(press => Date.now() - press.at < FRESH);  // older ones were lost
    this.presses.push({form, number: this.number, text: this.text.value, at: Date.now()});
    this.commit(true);
  }

  onKeyDown(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    if (document.querySelector(DIALOG)) event.stopImmediatePropagation();  // Generate is behind it
    else if (document.querySelector(GENERATE) && !event.target.closest?.("[role=radio]")) this.recordPress();
  }

  // If a text arrives after a change of page, Streamlit goes back to the old page: so the text is sent by a route.
  onLink(event) {
    if (!window.links?.at(event)) return;
    clearTimeout(this.timer);
    this.isLeaving = true;
    this.sendLate();
    setTimeout(() => {
      this.isLeaving = false;
      if (this.text.isConnected) this.commit();
    }, STAYED);
  }

  sendLate() {
    if (!this.data || this.text.value === this.serverText) return;
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

  // An image can be pasted anywhere on the page, but not behind a dialog nor into a field outside the form. Word
  // processors add an image of copied text: such a paste is treated as text.
  paste(event) {
    const types = event.clipboardData?.types ?? [];
    const isText = types.includes("text/plain") && types.some(type => /html|rtf/.test(type));
    const field = event.target.closest?.("input, textarea");
    const isElsewhere = document.querySelector(DIALOG) || (field && !field.closest(FORM));
    if (!isText && !isElsewhere && !event.defaultPrevented) this.addFiles(event, event.clipboardData);
  }

  // A file that is dropped outside the form must not open in place of the page; one on a media field is for that field.
  // Whether somebody else has prevented that says nothing: Streamlit does it for the whole page.
  drop(event) {
    if (event.target.closest?.(DROPZONE) || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    const place = event.target.closest?.(`${FORM}, [class*=st-key-media-]`);
    if (place) this.addFiles(event, event.dataTransfer, /st-key-media-\S+/.exec(place.className)?.[0]);
  }

  // Gives pasted or dropped files to an uploader; if the form has none, the server is asked for one.
  addFiles(event, given, at = "") {
    const files = [...(given?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    const held = new DataTransfer();
    files.forEach(one => held.items.add(one));
    this.commit();  // first: a commit after the request for an uploader would discard that request
    giveFiles(held.files, at, () => this.ask("files", files.length));
  }
}

const unsent = new Map();  // by form: its text when its page was left

export default mounted(root => new Prompt(root));
