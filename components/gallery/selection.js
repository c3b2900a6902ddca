// The outputs that are selected, by their places in the list, and the bar that says how many and what can be done.
const MAIN = ["zip", "favourite", "unfavourite", "delete", "restore"];  // on a narrow screen the others are behind More
const FOCUSED = "button, input";

class Selection {
  constructor(bar, change, act) {
    Object.assign(this, {bar, change, act, places: new Set(), last: null, total: 0, actions: [], message: "", choice: null});
    const tell = () => document.body.style.setProperty("--gallery-bar", `${bar.offsetHeight}px`);  // toasts are above it
    new ResizeObserver(tell).observe(bar);
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

  // What is selected, and below it what was done last, if that can be undone.
  draw(actions = this.actions, message = this.message, choice = this.choice) {
    Object.assign(this, {actions, message, choice});
    this.bar.hidden = !this.places.size && !message;
    const selected = this.places.size ? [this.said(`${this.places.size.toLocaleString("en")} selected`), ...this.parts] : [];
    const undo = () => this.button("Undo", () => this.act("undo", []));
    const told = message ? [made("span", {class: "told"}, this.said(message), undo())] : [];
    const focused = [...this.bar.querySelectorAll(FOCUSED)].indexOf(document.activeElement);
    this.bar.replaceChildren(...selected, ...told);
    this.bar.querySelectorAll(FOCUSED)[focused]?.focus();
  }

  get parts() {
    const actions = this.actions.map(([name, label]) => [name, this.button(label, () => this.press(name))]);
    const choice = this.choice ? [["choice", this.switch(this.choice)]] : [];
    for (const [name, part] of [...choice, ...actions]) part.classList.toggle("extra", !MAIN.includes(name));
    return [
      this.button(`Select all ${this.total.toLocaleString("en")}`, () => this.all()),
      this.button("Clear", () => this.clear()),
      made("span", {class: "line"}),
      ...[...actions, ...choice].map(([, part]) => part),
      ...(actions.length > MAIN.length ? [this.more] : []),
    ];
  }

  press(name) {
    this.bar.classList.remove("unfolded");
    this.bar.querySelector(".more")?.setAttribute("aria-expanded", false);
    this.act(name, this.ranges);
  }

  said(text) { return made("strong", {role: "status"}, text); }

  get more() {
    const more = this.button("More", () => more.setAttribute("aria-expanded", this.bar.classList.toggle("unfolded")));
    more.setAttribute("aria-expanded", this.bar.classList.contains("unfolded"));
    more.className = "more";
    return more;
  }

  // Whether downloads carry prompt and settings.
  switch({label, help, chosen}) {
    const box = made("input", {type: "checkbox"});
    box.checked = chosen;
    box.addEventListener("change", () => this.act(box.checked ? "with-settings" : "without-settings", []));
    return made("label", {title: help}, box, label);
  }

  button(label, press) {
    const button = made("button", {type: "button"}, label);
    button.addEventListener("click", press);
    return button;
  }
}
