// The button that shows the results which came since the list was drawn. It takes no room: nothing moves when it comes.
const UNREAD = 400, DOUBLE = 1000;  // milliseconds: a click so early was meant for what lay here; the second of a double click

class Newer {
  constructor(place, show, signal) {
    Object.assign(this, {number: 0, cameAt: 0, pressedAt: -Infinity, isAsked: false});
    this.button = made("button", {type: "button", hidden: "hidden"});
    this.button.addEventListener("click", event => this.press(event, show));
    place.append(this.button);
    window.addEventListener("click", event => this.guard(event), {capture: true, signal});
  }

  // While results are selected there is none: their places would not be theirs in another list.
  draw(number, isSelected) {
    if (number && !this.number) this.cameAt = performance.now();
    this.number = number;
    this.button.textContent = `Show ${number.toLocaleString("en")} new`;
    this.button.hidden = !number || isSelected;
  }

  press(event, show) {
    if (event.timeStamp - this.cameAt < UNREAD) return;
    this.isAsked = true;
    this.pressedAt = event.timeStamp;
    show();
  }

  // The new list comes between the two clicks of a double click: the second one opens nothing of it.
  guard(event) {
    if (event.detail < 2 || event.timeStamp - this.pressedAt > DOUBLE) return;
    event.preventDefault();
    event.stopPropagation();
  }
}
