// The rows of a comparison: for each prompt its results, a cell for each column, or shuffled ones in a blind row.
function voteOf({isMine, rowHasVote}, press, name) {
  const label = isMine ? "★ Your vote" : rowHasVote ? "☆ Vote for this" : "☆ Vote";
  const button = made("button", {type: "button", class: "vote", "aria-pressed": String(isMine), "data-name": name}, label);
  button.addEventListener("click", press);
  return button;
}

class Cells {
  // `on` has what is done: pick, vote, restore and remove, each with a tile.
  constructor(on) {
    Object.assign(this, {on, images: new Map()});
  }

  row(row, data) {
    const list = made("ul", {class: "cells"}, ...row.cells.map(tiles => this.cell(tiles, row, data)));
    const isOneColumn = row.columns === 1 && row.hidden;  // whose results have a cell each while they are shuffled
    list.style.setProperty("--columns", isOneColumn ? row.cells.length : row.columns);
    return made("section", {"aria-label": row.prompt}, made("h3", {}, row.prompt), list);
  }

  cell(tiles, row, data) {
    if (!tiles.length) return made("li", {class: "empty"}, made("span", {}, "–"));
    const [{label, settings}] = tiles;
    const title = made("p", {class: "title"}, made("strong", {}, label));
    if (settings) title.append(made("span", {}, settings));
    const list = made("div", {class: tiles.length > 1 ? "tiles several" : "tiles"}, ...tiles.map(tile => this.tile(tile, row, data)));
    return made("li", {}, title, list);
  }

  tile(tile, row, data) {
    const figure = made("figure", {}, tile.output ? this.result(tile, row) : this.place(tile)), line = made("figcaption");
    if (tile.facts) line.append(made("span", {class: "facts"}, tile.facts));
    if (tile.votes) line.append(made("span", {class: "votes"}, tile.votes === 1 ? "1 vote" : `${tile.votes} votes`));
    if (!tile.output) line.append(made("span", {class: "note"}, [tile.note, tile.reason].filter(Boolean).join(": ")));
    const actions = made("div", {class: "actions"});
    if (tile.output) actions.append(this.vote(tile, row));
    if (tile.restores) actions.append(this.restorer(tile, row));
    if (tile.href) actions.append(this.larger(tile));
    if (data.removes && tile.job) actions.append(this.remover(tile));
    figure.append(line, actions);
    return figure;
  }

  nameOf(tile, row) {
    return [tile.label, tile.settings, tile.number, row.prompt.slice(0, 100)].filter(Boolean).join(", ");
  }

  result(tile, row) {
    const name = this.nameOf(tile, row);
    const button = made("button", {type: "button", class: "pick", "aria-pressed": "false", "aria-label": `Compare: ${name}`, "data-name": `pick-${tile.output}`, "data-output": tile.output});
    button.append(tile.preview ? this.image(tile) : made("span", {class: "note"}, "No preview"));
    if (tile.medium === "video") button.append(made("span", {class: "mark", "aria-hidden": "true"}, "▶"));
    button.style.aspectRatio = `${tile.width} / ${tile.height}`;
    button.addEventListener("click", () => this.on.pick(tile));
    return button;
  }

  // The same element again: what is in sight does not flash when the rest is drawn.
  image(tile) {
    const image = this.images.get(tile.output) ?? made("img", {draggable: "false", loading: "lazy"});
    if (image.getAttribute("src") !== tile.preview) image.src = tile.preview;
    image.alt = "";
    this.images.set(tile.output, image);
    return image;
  }

  place(tile) {
    const place = made("div", {class: tile.open ? "place open" : "place", role: "img", "aria-label": tile.open ? "Not ready yet" : tile.note});
    place.style.aspectRatio = `${tile.width} / ${tile.height}`;
    return place;
  }

  vote(tile, row) {
    const button = voteOf({isMine: row.vote === tile.output, rowHasVote: row.vote > 0}, () => this.on.vote(tile), `vote-${tile.output}`);
    button.setAttribute("aria-label", `${button.textContent.slice(2)}: ${this.nameOf(tile, row)}`);
    return button;
  }

  larger(tile) {
    const {href, view, original, medium, width, height} = tile;
    const link = {href, "data-result": view, "data-group": "comparison", "data-original": original, "data-medium": medium, "data-width": width, "data-height": height};
    return made("a", {...link, "aria-label": "View large", title: "View large"}, "⤢");
  }

  restorer(tile, row) {
    const button = made("button", {type: "button", "aria-label": `Restore: ${this.nameOf(tile, row)}`}, "Restore");
    button.addEventListener("click", () => this.on.restore(tile));
    return button;
  }

  remover(tile) {
    const label = "Remove the job from this comparison";
    const button = made("button", {type: "button", "aria-label": label, title: label, class: "remove"}, "×");
    button.addEventListener("click", () => this.on.remove(tile));
    return button;
  }
}

function tableOf([header, ...lines]) {
  const head = made("tr", {}, ...header.map(text => made("th", {scope: "col"}, text)));
  const rows = lines.map(([model, ...facts]) => made("tr", {}, made("th", {scope: "row"}, model), ...facts.map(text => made("td", {}, text))));
  return made("table", {}, made("caption", {}, "By model"), made("thead", {}, head), made("tbody", {}, ...rows));
}
