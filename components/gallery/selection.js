// The outputs that are selected, by their places in the list, and the bar that says how many and what can be done.
class Selection {
  constructor(bar, change, act) {
    Object.assign(this, {bar, change, act, places: new Set(), last: null, total: 0, actions: [], message: null});
  }

  has(place) { return this.places.has(place); }

  // With Shift, all from the one before to this one.
  set(place, isSelected, isRange) {
    const [from, to] = isRange && this.last !== null ? [this.last, place].sort((a, b) => a - b) : [place, place];
    for (let one = from; one <= to; one += 1) this.places[isSelected ? "add" : "delete"](one);
    this.last = place;
    this.draw();
    this.change();
  }

  all() {
    for (let place = 0; place < this.total; place += 1) this.places.add(place);
    this.draw();
    this.change();
  }

  clear() {
    this.places.clear();
    this.last = null;
    this.draw();
    this.change();
  }

  // What is selected as ranges of places, ends not included: a whole list is one.
  get ranges() {
    const found = [];
    for (const place of [...this.places].sort((a, b) => a - b)) {
      if (found.length && found.at(-1)[1] === place) found.at(-1)[1] += 1;
      else found.push([place, place + 1]);
    }
    return found;
  }

  // Without a selection the bar has the message about what was done last, if that can be undone.
  draw(actions = this.actions, message = this.message) {
    Object.assign(this, {actions, message});
    this.bar.hidden = !this.places.size && !message;
    const text = this.places.size ? `${this.places.size.toLocaleString("en")} selected` : message?.text ?? "";
    const count = made("strong", {role: "status"}, text), buttons = this.places.size ? this.buttons : [];
    if (!this.places.size && message) buttons.push(this.button("Undo", () => this.act(message.undo, [])));
    const focused = [...this.bar.children].indexOf(document.activeElement);
    this.bar.replaceChildren(count, ...buttons);
    this.bar.children[focused]?.focus();
  }

  get buttons() {
    return [
      ...this.actions.map(([name, label]) => this.button(label, () => this.act(name, this.ranges))),
      this.button(`Select all ${this.total.toLocaleString("en")}`, () => this.all()),
      this.button("Clear", () => this.clear()),
    ];
  }

  button(label, press) {
    const button = made("button", {type: "button"}, label);
    button.addEventListener("click", press);
    return button;
  }
}
