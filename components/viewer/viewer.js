// The viewer: shows one result of the page large, in a dialog with an address of its own.
// A link with data-result on the page is a result; its address is ?result=… on the address of the page. The script gets
// texts and addresses from the page and from the server, and puts them in as text, never as HTML.
const PAUSE = 150;  // milliseconds on one result before its facts are asked for: who leafs through needs none

class Viewer {
  constructor(root) {
    this.dialog = root.querySelector("dialog");
    const part = name => this.dialog.querySelector(`.${name}`);
    this.panel = part("panel");
    this.position = part("position");
    const scale = part("scale");
    this.stage = new Stage(part("stage"), step => this.turn(step), text => { scale.textContent = text; });
    this.source = this.links = new PageLinks();
    this.facts = new Map();  // by view, as the server sent them
    this.view = "";
    this.page = this.bare(location.href);
    this.stop = new AbortController();
    const on = (target, kind, handler) => target.addEventListener(kind, handler, {capture: true, signal: this.stop.signal});
    on(document, "click", event => this.onClick(event));
    on(window, "popstate", event => this.onHistory(event));
    on(document, "keydown", event => { if (this.dialog.open) this.onKey(event); });
    on(this.dialog, "cancel", event => { event.preventDefault(); this.closeMenus() || this.leave(); });
    on(this.dialog, "click", event => this.closeMenus(event.target.closest("details")));
    const press = (name, act) => part(name).addEventListener("click", act);
    press("close", () => this.leave());
    press("previous", () => this.turn(-1));
    press("next", () => this.turn(1));
    press("larger", () => this.stage.zoomBy(STEP));
    press("smaller", () => this.stage.zoomBy(1 / STEP));
    press("whole", () => this.stage.toggle(innerWidth / 2, innerHeight / 2));
    press("about", event => {
      event.currentTarget.setAttribute("aria-expanded", this.dialog.classList.toggle("with-panel"));
    });
  }

  draw(data, send, act) {
    Object.assign(this, {send, act});
    if (data.facts) this.facts.set(data.facts.view, data.facts);
    const asked = this.viewOf(location.href);
    if (asked && asked !== this.view && !this.dialog.open) this.open(asked);
    else if (this.dialog.open) {
      this.drawPanel();
      this.drawPosition(this.source.position(this.view));  // the page may have other results now
    }
  }

  // Addresses

  viewOf(url) { return new URL(url).searchParams.get("result") ?? ""; }

  bare(url) {
    const parts = new URL(url);
    parts.searchParams.delete("result");
    return parts.href;
  }

  address(view) {
    const parts = new URL(location.href);
    parts.searchParams.set("result", view);
    return parts.href;
  }

  // The browser's Back closes the viewer, and is no reason to draw the page again.
  onHistory(event) {
    const view = this.viewOf(location.href);
    if (this.bare(location.href) !== this.page || (!view && !this.dialog.open)) return this.close();
    event.stopImmediatePropagation();
    if (view) this.open(view);
    else this.close();
  }

  // Opening and leaving

  // The second click of a double click does nothing where the first one has opened or closed the viewer.
  onClick(event) {
    if (event.detail <= 1) this.wasOpen = this.dialog.open;
    else if (this.dialog.open !== this.wasOpen) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const link = event.target.closest?.(LINKS);
    if (!link || link.closest(".selecting") || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.page = this.bare(location.href);
    history.pushState(history.state, "", this.address(link.dataset.result));
    this.isOurs = true;
    this.source = link.closest(".studio-grid")?.results ?? this.links;
    this.open(link.dataset.result);
  }

  open(view) {
    this.view = view;
    this.page = this.bare(location.href);
    this.drawStage();
    this.drawPanel();
    if (!this.dialog.open) this.dialog.showModal();
    this.stage.fit();
    clearTimeout(this.asking);
    this.asking = setTimeout(() => this.send("view", view), this.facts.size ? PAUSE : 0);
  }

  leave() {
    if (this.isOurs) history.back();  // onHistory closes it
    else {
      history.replaceState(history.state, "", this.page);
      this.close();
    }
  }

  close() {
    if (!this.dialog.open) return;
    const view = this.view;
    this.view = "";
    this.isOurs = false;
    this.stage.clear();
    this.dialog.close();
    this.source.focus(view);
    this.source = this.links;
  }

  turn(step) {
    const next = this.source.step(this.view, step)?.view;
    if (!next) return;
    history.replaceState(history.state, "", this.address(next));
    this.open(next);
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea")) return;
    const acts = {
      ArrowLeft: () => this.turn(-1), ArrowRight: () => this.turn(1),
      "+": () => this.stage.zoomBy(STEP), "-": () => this.stage.zoomBy(1 / STEP), 0: () => this.stage.fit(),
      1: () => this.stage.zoom(1, innerWidth / 2, innerHeight / 2),
      f: () => this.mark("favourite", !this.facts.get(this.view)?.marks?.favourite),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  }

  // Drawing

  // What is known of the result: by the server, or until then by the page.
  get item() {
    const {original, medium, width, height, preview, alt} = {...this.source.item(this.view), ...this.facts.get(this.view)};
    return {original, medium: medium || "image", width: Number(width), height: Number(height), preview, alt: alt ?? ""};
  }

  drawStage() {
    const item = this.item, shown = this.stage.item;
    if (shown && shown.view === this.view && shown.original === item.original) return;
    if (item.original || item.preview) this.stage.show({...item, view: this.view});
    else this.stage.clear();
    this.dialog.classList.toggle("still", item.medium === "image");
    this.stage.preload([1, -1].map(step => this.source.step(this.view, step)));
    this.drawPosition(this.source.position(this.view));
  }

  drawPosition(place) {
    const text = number => number.toLocaleString("en");
    this.position.textContent = place ? `${text(place.number)} of ${text(place.total)}` : "";
    this.dialog.querySelector(".previous").disabled = !place || place.number === 1;
    this.dialog.querySelector(".next").disabled = !place || place.number === place.total;
  }

  // Closes all menus but one, and says whether one was open.
  closeMenus(kept = null) {
    const open = [...this.dialog.querySelectorAll("details[open]")].filter(menu => menu !== kept);
    for (const menu of open) menu.open = false;
    open[0]?.querySelector("summary").focus();
    return open.length > 0;
  }

  // Shows a mark at once; the server writes it.
  mark(name, value) {
    const facts = this.facts.get(this.view);
    if (!facts?.marks) return;
    this.facts.set(this.view, {...facts, marks: {...facts.marks, [name]: value}});
    this.drawPanel();
    this.source.note?.(this.view, this.facts.get(this.view).marks);
    this.act("act", {view: this.view, name: `${name}: ${Number(value)}`, at: Date.now()});
  }

  // What was pressed fills a form: whoever stays here would not see it.
  press(name) {
    this.act("act", {view: this.view, name, at: Date.now()});
    this.leave();
  }

  drawPanel() {
    this.drawStage();
    const facts = this.facts.get(this.view), text = JSON.stringify(facts ?? {});
    if (text === this.drawn) return;  // an open menu and the focus stay
    this.drawn = text;
    const name = element => element.getAttribute("aria-label") ?? element.textContent;
    const focused = this.panel.contains(document.activeElement) ? name(document.activeElement) : null;
    this.panel.replaceChildren(...(facts ? panelOf(facts, name => this.press(name), (name, value) => this.mark(name, value)) : []));
    if (focused === null) return;
    const again = [...this.panel.querySelectorAll("button, summary, a")].find(element => name(element) === focused);
    (again ?? this.dialog).focus();
  }
}

const opened = new WeakMap();

export default function ({parentElement, data, setStateValue, setTriggerValue}) {
  if (!opened.has(parentElement)) opened.set(parentElement, new Viewer(parentElement));
  const viewer = opened.get(parentElement);
  viewer.draw(data, setStateValue, setTriggerValue);
  return () => {
    viewer.stop.abort();
    viewer.close();
    opened.delete(parentElement);
  };
}
