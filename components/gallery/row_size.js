// The size of the rows: two buttons, and what was chosen, which this browser keeps.
const HEIGHTS = [140, 200, 300, 440];  // pixels, of a row that is full
const USUAL = 1;
const KEPT = "studio-gallery-rows";

class RowSize {
  // `change` is called when another size was chosen.
  constructor(place, change) {
    this.step = this.kept;
    this.buttons = [["Smaller", "−", -1], ["Larger", "+", 1]].map(([name, sign, by]) => {
      const button = made("button", {type: "button", "aria-label": name, title: name}, sign);
      button.addEventListener("click", () => this.choose(this.step + by, change));
      return button;
    });
    place.append(...this.buttons);
    this.mark();
  }

  get kept() {
    try {
      const step = HEIGHTS.indexOf(Number(localStorage.getItem(KEPT)));
      return step < 0 ? USUAL : step;
    } catch {
      return USUAL;
    }
  }

  // On a narrow screen rows are a little higher.
  height(width) { return HEIGHTS[this.step] * (width < 600 ? 1.15 : 1); }

  choose(step, change) {
    if (!HEIGHTS[step]) return;
    this.step = step;
    try { localStorage.setItem(KEPT, HEIGHTS[step]); } catch { /* a browser that keeps nothing */ }
    this.mark();
    change();
  }

  // A button that has nothing left to do keeps the focus.
  mark() { this.buttons.forEach((button, index) => button.setAttribute("aria-disabled", !HEIGHTS[this.step + 2 * index - 1])); }
}
