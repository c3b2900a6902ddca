// The grid of the gallery: it lays out all outputs by their shapes, and draws and asks for those near the window only.
// It gets texts and addresses from the server, and puts them in as text, never as HTML.
const BLOCK = 30, MOST = 150;  // outputs: asked for in whole blocks, and at most so many at once
const PAUSE = 60;  // milliseconds of rest before what came into sight is asked for
const MARGIN = 0.6;  // of the window, above and below it
const BELOW_HEAD = 80;  // pixels: the head of the page lies over its top
const MOST_KEPT = 3000;  // outputs whose facts the tab keeps

class Grid {
  constructor(root) {
    this.root = root.querySelector(".studio-grid");
    this.list = this.root.querySelector(".tiles");
    this.root.results = this;  // for the viewer
    Object.assign(this, {version: "", shapes: new Float32Array(), items: new Map(), places: new Map(), tiles: new Map()});
    this.acts = new Acts();
    this.list.addEventListener("keydown", event => this.onKey(event));
    const act = (name, ranges) => this.acts.add({version: this.version, name, ranges});
    this.selection = new Selection(this.root.querySelector(".bar"), () => this.mark(), act);
    this.size = new RowSize(this.root.querySelector(".sizes"), () => this.arrange());
    this.stop = new AbortController();
    this.newer = new Newer(this.root.querySelector(".newer"), () => act("newer", []), this.stop.signal);
    document.addEventListener("scroll", () => this.onScroll(), {capture: true, passive: true, signal: this.stop.signal});
    this.sizes = new ResizeObserver(() => this.onResize());
    this.sizes.observe(this.root);
  }

  end() {
    this.acts.end();
    this.stop.abort();
    this.sizes.disconnect();
    clearTimeout(this.asking);
  }

  draw(data, ask, act) {
    this.ask = ask;
    this.acts.draw(act, data.performed, data.changes);
    const isNew = data.version !== this.version && data.shapes !== null;
    if (isNew) this.begin(data);
    if (data.marks !== this.marks) this.items.clear();
    this.marks = data.marks;
    if (data.version === this.version) this.putAll(data.items);
    else this.ask("window", {version: "", start: 0, end: 0});  // a new grid, and the server thinks it is the old one
    this.root.classList.toggle("selecting", data.selecting);
    if (!data.selecting && this.selection.places.size) this.selection.clear();
    this.selection.draw(data.actions, data.message, data.choice);
    this.newer.draw(data.newer, this.selection.places.size > 0);
    if (data.download && !posted.has(data.download.id)) post(data.download);
    this.render();
    if (isNew && this.newer.isAsked) this.comeToTop();
    if (isNew && this.next?.place < this.shapes.length) this.comeTo(this.next.place);
    this.focusNext();
    document.dispatchEvent(new Event("studio-results"));  // for the viewer, which may be open
  }

  // Another list: what is selected in the old one is not in this one.
  begin(data) {
    this.version = data.version;
    this.shapes = shapesOf(data.shapes);
    this.selection.total = this.shapes.length;
    this.selection.clear();
    this.items.clear();
    this.places.clear();
    this.layOut();
  }

  // What was pressed, and has not reached the server yet, is newer than what comes from there.
  putAll(items) {
    for (const item of items) if (!this.items.has(item.place) || !this.acts.isWaiting(item.view)) this.put(item.place, item);
  }

  // A tile that is drawn already stays as it is: it may have the focus, or play.
  put(place, item) {
    const isKnown = JSON.stringify(this.items.get(place)) === JSON.stringify(item);
    this.items.delete(place);
    this.items.set(place, item);
    this.places.set(item.view, place);
    const tile = this.tiles.get(place);
    if (tile && !isKnown) this.fill(tile, place);
    if (this.items.size > MOST_KEPT) this.forget();
  }

  forget() {
    const [oldest, item] = this.items.entries().next().value;
    this.items.delete(oldest);
    this.places.delete(item.view);
  }

  layOut() {
    this.rows = new Rows(this.shapes, this.root.clientWidth, this.size.height(this.root.clientWidth));
    this.list.style.height = `${this.rows.height}px`;
    this.list.replaceChildren();
    this.tiles.clear();
  }

  onResize() {
    if (this.rows && this.root.clientWidth !== this.rows.width && this.root.clientWidth) this.arrange();
  }

  // In other rows, what is in the middle of the window stays there; at the top of the list nothing scrolls.
  arrange() {
    const {top} = this.list.getBoundingClientRect(), place = this.rows.starts[this.rows.at(innerHeight / 2 - top)];
    const middle = () => { const {top, height} = this.rows.place(place); return top + height / 2; };
    const before = middle();
    this.layOut();
    if (top < BELOW_HEAD) this.scrollBy(middle() - before);
    this.render();
  }

  scrollBy(top) { this.root.closest("[data-testid=stMain]")?.scrollBy({top, behavior: "instant"}); }

  onScroll() {
    cancelAnimationFrame(this.drawing);
    this.drawing = requestAnimationFrame(() => this.render());
  }

  // Drawing what is near the window

  get near() {
    const top = this.list.getBoundingClientRect().top, margin = innerHeight * MARGIN;
    const from = this.rows.at(-top - margin), to = this.rows.at(innerHeight - top + margin);
    return this.rows.count ? [this.rows.starts[from], this.rows.starts[to + 1]] : [0, 0];
  }

  render() {
    if (!this.rows || !this.list.isConnected) return;
    const [from, to] = this.near;
    for (const [place, tile] of this.tiles) if ((place < from || place >= to) && !tile.contains(document.activeElement)) this.drop(place);
    for (let place = from; place < to; place += 1) if (!this.tiles.has(place)) this.add(place);
    this.request(from, to);
  }

  drop(place) {
    this.tiles.get(place).remove();
    this.tiles.delete(place);
  }

  add(place) {
    const box = this.rows.place(place), tile = tileOf(place, this.shapes.length, box);
    tile.dataset.height = `${box.height}px`;
    tile.dataset.place = place;
    this.tiles.set(place, tile);
    const after = [...this.list.children].find(other => Number(other.dataset.place) > place);
    this.list.insertBefore(tile, after ?? null);
    if (this.items.has(place)) this.fill(tile, place);
  }

  // The focus stays on what has it.
  fill(tile, place) {
    const focused = tile.contains(document.activeElement) && document.activeElement.localName;
    fill(tile, this.items.get(place), {
      isSelected: this.selection.has(place),
      onSelect: (on, range) => this.selection.set(place, on, range),
      isSelecting: () => this.root.classList.contains("selecting"),
      onFavourite: () => this.favour(place),
    });
    if (focused) tile.querySelector(focused)?.focus({preventScroll: true});
  }

  onKey(event) {
    const place = Number(event.target.closest(".tile")?.dataset.place ?? -1);
    if (event.key !== "f" || event.ctrlKey || event.metaKey || event.altKey || event.repeat || !this.items.has(place)) return;
    event.preventDefault();
    this.favour(place);
  }

  // Shows it at once; the server writes it.
  favour(place) {
    const {view, favourite} = this.items.get(place);
    this.put(place, {...this.items.get(place), favourite: !favourite});
    this.acts.add({view, name: `favourite: ${Number(!favourite)}`});
  }

  // The newest results are seen, and have the focus of the button that showed them.
  comeToTop() {
    this.newer.isAsked = false;
    const above = this.list.getBoundingClientRect().top - BELOW_HEAD;
    if (above < 0) this.scrollBy(above);
    this.render();
    this.tiles.get(0)?.querySelector("a")?.focus({preventScroll: true});
  }

  focusNext() {
    const place = this.places.get(this.next?.view);
    if (place !== this.next?.place || !this.tiles.has(place)) return;
    this.tiles.get(place).querySelector("a")?.focus();
    this.next = undefined;
  }

  mark() {
    this.newer.draw(this.newer.number, this.selection.places.size > 0);
    for (const [place, tile] of this.tiles) {
      const box = tile.querySelector("input");
      if (box) box.checked = this.selection.has(place);
      tile.classList.toggle("selected", this.selection.has(place));
    }
  }

  request(from, to) {
    let first = from, last = to;
    while (first < to && this.items.has(first)) first += 1;
    while (last > first && this.items.has(last - 1)) last -= 1;
    clearTimeout(this.asking);
    if (first >= last) return;
    const start = first - first % BLOCK, end = Math.min(last + (BLOCK - last % BLOCK) % BLOCK, start + MOST, this.shapes.length);
    this.asking = setTimeout(() => this.ask("window", {version: this.version, start, end}), PAUSE);
  }

  // What the viewer asks for, as of the links of a page (page_links.js)

  step(view, by) {
    const place = this.places.get(view) + by;
    if (!(place >= 0 && place < this.shapes.length)) return undefined;
    this.request(Math.max(0, place - BLOCK), Math.min(place + BLOCK, this.shapes.length));
    return this.items.get(place);
  }

  item(view) { return this.items.get(this.places.get(view)); }

  position(view, removed) {
    const place = this.places.get(view), gone = removed.filter(one => this.places.has(one));
    const total = this.shapes.length - gone.length;
    return place === undefined ? undefined : {number: this.placeWithout(place, gone) + 1, total};
  }

  placeWithout(place, gone) { return place - gone.filter(one => this.places.get(one) < place).length; }

  // What was marked in the viewer is on the tile, too.
  note(view, {favourite, rating}) {
    const place = this.places.get(view), item = this.items.get(place);
    if (item) this.put(place, {...item, favourite, stars: "★".repeat(rating)});
  }

  // The list without what was removed comes in a moment; the same result has the focus in it.
  focus(view, removed) {
    const place = this.places.get(view);
    if (place === undefined) return;
    if (removed.length) this.next = {view, place: this.placeWithout(place, removed)};
    this.comeTo(place);
    this.tiles.get(place)?.querySelector("a")?.focus();
  }

  comeTo(place) {
    if (!this.tiles.has(place)) {
      const {top, height} = this.rows.place(place);
      this.scrollBy(this.list.getBoundingClientRect().top + top + height / 2 - innerHeight / 2);
      this.render();
    }
  }
}

const posted = new Set();  // the IDs of forms: the same data may be drawn again

// Submits a form of signed fields: the browser downloads the answer, and the page stays.
function post({id, form: {action, ...fields}}) {
  posted.add(id);
  const inputs = Object.entries(fields).map(([name, value]) => made("input", {type: "hidden", name, value}));
  const form = made("form", {action, method: "post"}, ...inputs);
  document.body.append(form);
  form.submit();
  form.remove();
}

export default mounted(root => new Grid(root));
