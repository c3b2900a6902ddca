// Two results on one stage: side by side, one over the other with a divider, or in turn. Zoom, position and time are
// those of both. It gets texts and addresses, and puts them in as text, never as HTML.
const FLICKER = 700;  // milliseconds
const MODES = {s: "side", l: "slider", f: "flicker"};

class Pair {
  // `vote` is called with an item, `closed` when the dialog has closed.
  constructor(dialog, vote, closed) {
    Object.assign(this, {dialog, vote, items: []});
    const part = name => dialog.querySelector(`.${name}`), press = (name, act) => part(name).addEventListener("click", act);
    this.parts = Object.fromEntries(["at", "time", "clock", "run", "timer", "divider"].map(name => [name, part(name)]));
    this.labels = [...dialog.querySelectorAll(".label")];
    this.names = [...dialog.querySelectorAll(".name")];
    const places = [...dialog.querySelectorAll(".stage")], scale = part("scale");
    this.stages = places.map((place, index) => new Stage(
      place, () => {}, text => { if (!index) scale.textContent = text; }, seen => this.stages?.[1 - index].follow(seen),
    ));
    for (const button of dialog.querySelectorAll("button[data-mode]")) button.addEventListener("click", () => this.show(button.dataset.mode));
    press("close", () => dialog.close());
    press("larger", () => this.zoomed.zoomBy(STEP));
    press("smaller", () => this.zoomed.zoomBy(1 / STEP));
    press("whole", () => this.zoomed.toggle(...this.middle));
    press("swap", () => this.swap());
    press("timer", () => this.flicker(!this.timer));
    press("run", () => this.film?.toggle());
    this.parts.at.addEventListener("input", () => this.divide(this.parts.at.value));
    this.parts.time.addEventListener("input", () => this.film?.seek(Number(this.parts.time.value)));
    this.drag(this.parts.divider);
    dialog.addEventListener("keydown", event => this.onKey(event));
    dialog.addEventListener("close", () => { this.end(); closed(); });
  }

  get isOpen() { return this.dialog.open; }

  // The stage that takes the keys: of two images either will do, a video has no zoom.
  get zoomed() { return this.stages.find(stage => stage.picture) ?? this.stages[0]; }

  get middle() {
    const box = this.zoomed.place.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  }

  open(items) {
    this.items = items;
    this.dialog.showModal();
    this.dialog.focus();  // not a button, which Space would press
    this.stages.forEach((stage, index) => stage.show(items[index]));
    const players = this.stages.map(stage => stage.player).filter(Boolean);
    this.film = players.length ? new InStep(players, (...told) => this.tell(...told)) : null;
    this.dialog.classList.toggle("moving", players.length > 0);
    this.dialog.classList.toggle("still", players.length < 2);
    this.divide(50);
    this.show(this.dialog.dataset.mode);
    this.label(items);
    this.film?.play();
  }

  end() {
    this.flicker(false);
    this.film?.pause();
    this.film = null;
    for (const stage of this.stages) stage.clear();
  }

  // What each is called: by its prompt where all else is the same.
  namesOf(items) {
    const names = items.map(({label, settings, number}) => [label, settings, number].filter(Boolean).join(" · "));
    return names[0] === names[1] ? items.map(({prompt}) => prompt || names[0]) : names;
  }

  // The name on each, and the texts below: what they are, and the vote for each.
  label(items) {
    this.items = items;
    this.namesOf(items).forEach((name, index) => { this.names[index].textContent = name; });
    items.forEach((item, index) => {
      const vote = voteOf(item, () => this.vote(item), `stage-${index}`);
      const focused = this.labels[index].contains(document.activeElement);
      this.labels[index].replaceChildren(made("strong", {}, item.label), made("span", {class: "setting"}, item.settings ?? ""), made("span", {class: "prompt"}, item.prompt), made("span", {class: "facts"}, item.told), vote);
      if (focused) vote.focus();
    });
  }

  show(mode) {
    this.dialog.dataset.mode = mode;
    for (const button of this.dialog.querySelectorAll("button[data-mode]")) button.setAttribute("aria-pressed", button.dataset.mode === mode);
    this.dialog.classList.remove("swapped");
    this.parts.timer.disabled = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (mode !== "flicker") this.flicker(false);
    this.mark();
    for (const stage of this.stages) stage.fit();
    // A control that this view does not have would take the focus, and with it the keys, out of the dialog.
    if (document.activeElement.closest(".studio-pair .controls")) this.dialog.querySelector(`button[data-mode=${mode}]`).focus();
  }

  divide(percent) {
    this.parts.at.value = percent;
    this.dialog.style.setProperty("--at", `${percent}%`);
  }

  drag(divider) {
    divider.addEventListener("pointerdown", event => divider.setPointerCapture(event.pointerId));
    divider.addEventListener("pointermove", event => {
      if (!divider.hasPointerCapture(event.pointerId)) return;
      const {left, width} = divider.parentElement.getBoundingClientRect();
      this.divide(Math.min(100, Math.max(0, (100 * (event.clientX - left)) / width)));
    });
  }

  swap() {
    if (this.dialog.dataset.mode !== "flicker") return;
    this.dialog.classList.toggle("swapped");
    this.mark();
  }

  // In turn, the label of the one in sight is marked.
  mark() {
    const isFlicker = this.dialog.dataset.mode === "flicker", shown = Number(this.dialog.classList.contains("swapped"));
    this.labels.forEach((label, index) => label.classList.toggle("in-sight", isFlicker && index === shown));
  }

  flicker(isOn) {
    clearInterval(this.timer);
    this.timer = isOn ? setInterval(() => this.swap(), FLICKER) : 0;
    this.parts.timer.setAttribute("aria-pressed", isOn);
  }

  tell(at, length, isPlaying) {
    const {time, clock, run} = this.parts;
    Object.assign(time, {max: length || 1, value: at});
    clock.textContent = `${at.toFixed(1)} of ${length.toFixed(1)} s`;
    run.textContent = isPlaying ? "Pause" : "Play";
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = {
      "+": () => this.zoomed.zoomBy(STEP), "-": () => this.zoomed.zoomBy(1 / STEP), 0: () => this.zoomed.fit(),
      1: () => this.zoomed.zoom(1, ...this.middle), x: () => this.swap(), p: () => this.film?.toggle(),
      ...(isSpaceOfStage(event) && {" ": () => { if (!event.repeat) this.film?.toggle(); }}),
    };
    const act = acts[event.key] ?? (MODES[event.key] && (() => this.show(MODES[event.key])));
    if (!act) return;
    event.preventDefault();
    act();
  }
}
