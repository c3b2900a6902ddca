// What is pressed: each message carries everything that the server has not answered yet, so that no press is lost with a
// message which a newer one overtakes, and none waits for another.
const AGAIN = 2000;  // milliseconds without an answer

class Acts {
  constructor() {
    Object.assign(this, {waiting: [], newest: 0, leave: () => this.post()});
    window.addEventListener("pagehide", this.leave);
  }

  // `act` is what the server gets, with the time of the press: no two are of the same time.
  add(act) {
    this.newest = Math.max(Date.now(), this.newest + 1);
    this.waiting.push({...act, at: this.newest});
    this.send();
  }

  get isBusy() { return this.waiting.length > 0; }

  isWaiting(view) { return this.waiting.some(one => one.view === view); }

  // `performed` is the time of the action that the server has performed last; returns those that are done since.
  // `url` is where those without an answer go when the page is left; without it they are lost then.
  draw(trigger, performed, url = "") {
    Object.assign(this, {trigger, url});
    this.newest = Math.max(this.newest, performed);
    const done = this.waiting.filter(({at}) => at <= performed);
    this.waiting = this.waiting.filter(({at}) => at > performed);
    if (!this.isBusy) clearTimeout(this.timer);
    return done;
  }

  send() {
    clearTimeout(this.timer);
    this.trigger("acts", this.waiting);
    this.timer = setTimeout(() => this.sendLost(), AGAIN);
  }

  // An action is lost if the connection breaks, or if the studio restarts; the server performs each only once.
  sendLost() {
    const {testScriptState, testConnectionState} = document.querySelector("[data-testid=stApp]").dataset;
    const isStill = testScriptState === "notRunning" && testConnectionState === "CONNECTED";
    if (isStill) this.send();
    else this.timer = setTimeout(() => this.sendLost(), AGAIN);
  }

  // Streamlit drops a message that waits for its turn when another page is asked for.
  post() { if (this.url && this.isBusy) navigator.sendBeacon(this.url, JSON.stringify(this.waiting)); }

  end() {
    clearTimeout(this.timer);
    window.removeEventListener("pagehide", this.leave);
    this.post();
  }
}
