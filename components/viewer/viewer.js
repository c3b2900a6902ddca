// The viewer: shows one result of the page large, in a dialog with an address of its own.
// A link with data-result on the page is a result; its address is ?result=… on the address of the page. The script gets
// texts and addresses from the page and from the server, and puts them in as text, never as HTML.
const PAUSE = 150;  // milliseconds on one result before its facts are asked for: who leafs through needs none

class Viewer {
  constructor(root) {
    this.dialog = root.querySelector("dialog");
    const part = name => this.dialog.querySelector(`.${name}`);
    this.panel = new Panel(part("panel"), {
      press: name => this.press(name), mark: (name, value) => this.mark(name, value), choose: chosen => this.choose(chosen),
    });
    this.position = part("position");
    const scale = part("scale");
    this.stage = new Stage(part("stage"), step => this.turn(step), text => { scale.textContent = text; });
    this.lineage = new Lineage(part("lineage"), view => this.goTo(view), () => this.showLineage(false));
    this.links = new PageLinks();
    this.acts = new Acts();
    this.removed = [];  // what was deleted here, the last one at the end, until the viewer is closed
    this.facts = new Map();  // by view, as the server sent them
    this.view = "";
    this.page = withoutView(location.href);
    this.stop = new AbortController();
    const on = (target, kind, handler) => target.addEventListener(kind, handler, {capture: true, signal: this.stop.signal});
    on(document, "click", event => this.onClick(event));
    on(window, "popstate", event => this.onHistory(event));
    on(document, "keydown", event => { if (this.dialog.open) this.onKey(event); });
    on(this.dialog, "cancel", event => { event.preventDefault(); this.escape(); });
    on(this.dialog, "close", () => { if (this.view && !this.dialog.open) this.leave(); });  // the browser closed it
    on(document, "studio-results", () => { if (this.dialog.open) this.drawPosition(); });
    on(this.dialog, "click", event => this.closeMenus(event.target.closest("details")));
    const press = (name, act) => part(name).addEventListener("click", act);
    press("close", () => this.leave());
    press("previous", () => this.turn(-1));
    press("next", () => this.turn(1));
    press("larger", () => this.stage.zoomBy(STEP));
    press("smaller", () => this.stage.zoomBy(1 / STEP));
    press("whole", () => this.stage.toggle(innerWidth / 2, innerHeight / 2));
    press("undo", () => this.undo());
    press("about", event => {
      event.currentTarget.setAttribute("aria-expanded", this.dialog.classList.toggle("with-panel"));
    });
  }

  end() {
    this.stop.abort();
    this.removed = [];  // there is no page to tell
    this.close();
    this.acts.end();
  }

  draw(data, send, act) {
    this.send = send;
    for (const done of this.acts.draw(act, data.performed, data.changes)) {
      if (data.problems[done.at]) this.refuse(done, data.problems[done.at]);
    }
    if (this.isDue) this.ask();
    this.family = data.family ?? this.family;  // the same one again would not come here
    if (data.facts && !this.isBehind(data.facts.view)) this.facts.set(data.facts.view, data.facts);
    const asked = viewIn(location.href);
    if (asked && asked !== this.view && !this.dialog.open) {
      const isLineage = hasLineage(location.href);
      this.open(asked);
      if (isLineage) this.showLineage(true);
    } else if (this.dialog.open) {
      this.drawPanel();
      if (this.isLineage && this.family?.view === this.view) this.lineage.draw(this.family, this.view);
      this.drawPosition();  // the page may have other results now
    }
  }

  // Whether facts that come now are of a time before what was pressed, or of a deleted result that Undo shows again.
  isBehind(view) { return this.acts.isWaiting(view) || this.removed.includes(view); }

  // Opening and leaving

  // The browser's Back closes the viewer, and is no reason to draw the page again.
  onHistory(event) {
    const view = viewIn(location.href);
    if (withoutView(location.href) !== this.page || (!view && !this.view)) return this.close();
    event.stopImmediatePropagation();
    if (view) this.open(view);
    else this.close();
  }

  // The results among which this one is: those of the gallery, which has far more than are drawn, or of the page.
  get source() {
    const grid = document.querySelector(".studio-grid")?.results;
    return grid?.item(this.view) ? grid : this.links;
  }

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
    this.page = withoutView(location.href);
    history.pushState(history.state, "", withView(link.dataset.result));
    this.isOurs = true;
    this.open(link.dataset.result);
  }

  open(view) {
    if (this.isLineage) this.hideLineage();
    this.view = view;
    this.page = withoutView(location.href);
    this.drawStage();
    this.drawPanel();
    if (!this.dialog.open) {
      this.dialog.showModal();
      this.dialog.focus();  // not a button, which Space would press
    }
    this.stage.fit();
    clearTimeout(this.asking);
    this.asking = setTimeout(() => this.ask(), this.facts.size ? PAUSE : 0);
  }

  // Asks for the facts of what is shown, and for its lineage in the same message: Streamlit's browser part may fail on
  // two at once, as it has forgotten by the second what it knew at the first. It waits for an action that is under way:
  // both at once would lose the action. The time makes it another value: the same one again would not be sent.
  ask() {
    this.isDue = this.acts.isBusy;
    if (!this.isDue && this.view) this.send("asked", {view: this.view, lineage: this.isLineage ? Date.now() : 0});
  }

  // Closes what is open in the viewer, else the viewer.
  escape() {
    if (this.closeMenus()) return;
    if (this.isLineage) this.showLineage(false);
    else this.leave();
  }

  leave() {
    if (this.isOurs) history.back();  // onHistory closes it
    else {
      history.replaceState(history.state, "", this.page);
      this.close();
    }
  }

  close() {
    if (!this.view) return;
    const {view, source} = this;
    if (this.isLineage) this.hideLineage();
    this.view = "";
    this.isOurs = false;
    this.stage.clear();
    this.dialog.close();
    source.focus(view, this.removed);
    if (this.removed.length) this.acts.add({view, name: "Closed"});  // now the page shows what is left
    this.removed = [];
    this.say("");
  }

  turn(step) {
    const next = this.step(step)?.view;
    if (next) this.goTo(next);
  }

  goTo(view) {
    history.replaceState(history.state, "", withView(view));
    this.open(view);
  }

  // The result so many further on, among those that were not deleted here.
  step(by) {
    let found = this.source.step(this.view, by);
    while (found && this.removed.includes(found.view)) found = this.source.step(found.view, by);
    return found;
  }

  // Lineage

  // In place of the stage, with an address of its own.
  showLineage(isShown) {
    history.replaceState(history.state, "", withView(this.view, isShown));
    if (isShown) this.drawLineage();
    else this.hideLineage();
    clearTimeout(this.asking);
    this.ask();
  }

  drawLineage() {
    this.isLineage = true;
    this.stage.place.querySelector("video, audio")?.pause();
    this.lineage.draw(this.family?.view === this.view ? this.family : undefined, this.view);
  }

  hideLineage() {
    this.isLineage = false;
    this.lineage.hide();
    if (!this.panel.hasFocus) this.dialog.focus();
  }

  // Deleting

  // Goes on to the next result, or to the one before. What is not known yet the server may refuse.
  remove() {
    const view = this.view, facts = this.facts.get(view);
    if (facts && !facts.actions?.some(({title}) => title === "Delete")) return;
    const next = this.step(1) ?? this.step(-1);
    this.removed.push(view);
    this.acts.add({view, name: "Delete"});
    if (!next) return this.leave();
    this.say("Deleted.");
    this.goTo(next.view);
  }

  // Brings back what was deleted last, and returns to it; then what was deleted before that.
  undo() {
    const view = this.removed.pop();
    if (!view) return;
    this.acts.add({view, name: "Undo"});
    this.say(this.removed.length ? "Restored." : "");
    this.goTo(view);
  }

  refuse({view, name}, problem) {
    if (name === "Delete") this.removed = this.removed.filter(one => one !== view);
    this.say(problem);
    this.drawPosition();
  }

  say(text) {
    const message = this.dialog.querySelector(".message");
    message.hidden = !text;
    message.querySelector("span").textContent = text;
    message.querySelector("button").hidden = !this.removed.length;
  }

  onKey(event) {
    const act = actOfKey(event, this);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
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
    const isImage = item.medium === "image";
    this.dialog.classList.toggle("still", isImage);
    for (const button of this.dialog.querySelectorAll(".bar :is(.smaller, .whole, .larger)")) button.disabled = !isImage;
    this.stage.preload([1, -1].map(step => this.step(step)));
    this.drawPosition();
  }

  drawPosition() {
    const place = this.source.position(this.view, this.removed);
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
    this.acts.add({view: this.view, name: `${name}: ${Number(value)}`});
  }

  toggleFavourite() { this.mark("favourite", !this.facts.get(this.view)?.marks?.favourite); }

  // Chooses whether downloads carry prompt and settings: the links of all results change.
  choose(chosen) {
    const facts = this.facts.get(this.view);
    this.facts.clear();
    this.facts.set(this.view, {...facts, with_settings: {...facts.with_settings, chosen}, isChanging: true});
    this.drawPanel();
    this.acts.add({view: this.view, name: chosen ? "With settings" : "Without settings"});
  }

  // What was pressed fills a form: whoever stays here would not see it.
  press(name) {
    if (name === "Delete") return this.remove();
    if (name === "Lineage") return this.showLineage(true);
    this.acts.add({view: this.view, name});
    this.leave();
  }

  drawPanel() {
    this.drawStage();
    this.panel.draw(this.facts.get(this.view));
  }
}

export default mounted(root => new Viewer(root));
