// What was pressed, one after the other: of two actions that are on their way at once the server sees only the newer one.
const AGAIN = 2000;  // milliseconds without an answer

class Acts {
  constructor() { Object.assign(this, {waiting: [], newest: 0}); }

  // `act` is what the server gets, with the time of the press.
  add(act) {
    this.newest = Math.max(Date.now(), this.newest + 1);
    this.waiting.push({...act, at: this.newest});
    if (this.waiting.length === 1) this.send();
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
    clearTimeout(this.timer);
    if (!this.isBusy) return;
    this.trigger("act", this.waiting[0]);
    this.timer = setTimeout(() => this.sendLost(), AGAIN);
  }

  // An action is lost if the page is drawn for another reason at that moment; the server performs each only once.
  sendLost() {
    const {testScriptState, testConnectionState} = document.querySelector("[data-testid=stApp]").dataset;
    const isStill = testScriptState === "notRunning" && testConnectionState === "CONNECTED";
    if (isStill) this.send();
    else this.timer = setTimeout(() => this.sendLost(), AGAIN);
  }

  end() { clearTimeout(this.timer); }
}
