// The grid of a comparison, and the stage for two of its results. It gets texts and addresses from the server, and puts
// them in as text, never as HTML.
class Comparison {
  constructor(root) {
    const part = name => root.querySelector(`.${name}`);
    Object.assign(this, {rows: part("rows"), hint: part("hint"), standings: part("standings"), picked: [], acts: new Acts()});
    this.pair = new Pair(root.querySelector("dialog"), item => this.vote(item), () => this.unpick());
    this.cells = new Cells({
      pick: tile => this.pick(tile.output),
      vote: tile => this.vote(tile),
      restore: tile => this.acts.add({name: "restore", job: tile.job}),
      remove: tile => this.acts.add({name: "remove", job: tile.job}),
    });
  }

  draw({performed, ...data}, _, act) {
    this.acts.draw(act, performed);
    const text = JSON.stringify(data);
    if (text === this.drawn) return;  // the focus stays
    Object.assign(this, {drawn: text, data});
    this.tiles = new Map(data.rows.flatMap(row => row.cells.flat().filter(tile => tile.output).map(tile => [tile.output, {row, tile}])));
    const focused = this.rows.contains(document.activeElement) ? document.activeElement.dataset.name : "";
    this.rows.replaceChildren(...data.rows.map(row => this.cells.row(row, data)));
    // Variants of a prompt by one model need no columns: the rows flow beside each other.
    this.rows.classList.toggle("flowing", data.rows.length > 1 && data.rows.every(({columns}) => columns === 1));
    if (focused) this.rows.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
    this.standings.replaceChildren(...this.standingsOf(data));
    this.picked = this.picked.filter(output => this.tiles.has(output));
    this.mark();
    if (this.pair.isOpen && this.picked.length === 2) this.pair.label(this.picked.map(output => this.item(output)));
  }

  standingsOf({standings, hidden}) {
    if (hidden) return [made("p", {class: "note"}, "The table by model appears when you have voted in each row, or switch Blind off.")];
    return standings.length > 1 ? [tableOf(standings)] : [];
  }

  pick(output) {
    this.picked = this.picked.includes(output) ? this.picked.filter(other => other !== output) : [...this.picked, output];
    this.mark();
    if (this.picked.length === 2) this.pair.open(this.picked.map(one => this.item(one)));
  }

  unpick() {
    const last = this.picked.at(-1);
    this.picked = [];
    this.mark();
    this.rows.querySelector(`[data-name="pick-${last}"]`)?.focus();
  }

  mark() {
    for (const button of this.rows.querySelectorAll(".pick")) button.setAttribute("aria-pressed", this.picked.includes(Number(button.dataset.output)));
    const undo = made("button", {type: "button", class: "undo"}, "Undo");
    undo.addEventListener("click", () => this.acts.add({name: "undo"}));
    this.hint.classList.toggle("kept", Boolean(this.data.message) || this.picked.length === 1);
    if (this.data.message) return this.hint.replaceChildren(made("span", {}, this.data.message), undo);
    const text = this.picked.length === 1 ? "Press another result to see both on one stage." : "Press two results to see both on one stage.";
    this.hint.replaceChildren(this.tiles.size > 1 ? text : "");
  }

  // What the stage shows of a result.
  item(output) {
    const {row, tile} = this.tiles.get(output);
    const told = [tile.facts, tile.votes ? `${tile.votes} ${tile.votes === 1 ? "vote" : "votes"}` : ""];
    const prompt = this.data.rows.length > 1 ? row.prompt : "";
    const facts = {label: tile.label, prompt, told: told.filter(Boolean).join(" · "), isMine: row.vote === output, rowHasVote: row.vote > 0};
    return {...tile, ...facts, medium: tile.original && tile.medium || "image", alt: this.cells.nameOf(tile, row)};
  }

  vote({output}) {
    const {row} = this.tiles.get(output);
    this.acts.add(row.vote === output ? {name: "unvote", row: row.key} : {name: "vote", output});
  }

  end() {
    this.acts.end();
    if (this.pair.isOpen) this.pair.dialog.close();
  }
}

export default mounted(root => new Comparison(root));
