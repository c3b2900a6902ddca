// What was pressed, one after the other: of two actions that are on their way at once the server sees only the newer one.
const LOST = 10000;  // milliseconds without an answer: the next press then sends the one before again, too

class Acts {
  constructor() { Object.assign(this, {waiting: [], newest: 0, sentAt: 0}); }

  add(view, name) {
    this.newest = Math.max(Date.now(), this.newest + 1);
    this.waiting.push({view, name, at: this.newest});
    if (this.waiting.length === 1 || performance.now() - this.sentAt > LOST) this.send();
  }

  get isBusy() { return this.waiting.length > 0; }

  isWaiting(view) { return this.waiting.some(one => one.view === view); }

  // `performed` is the time of the action that the server has performed last; returns that action once.
  draw(trigger, performed) {
    this.trigger = trigger;
    if (!this.isBusy || this.waiting[0].at !== performed) return undefined;
    const done = this.waiting.shift();
    this.send();
    return done;
  }

  send() {
    if (!this.isBusy) return;
    this.sentAt = performance.now();
    this.trigger("act", this.waiting[0]);
  }
}
