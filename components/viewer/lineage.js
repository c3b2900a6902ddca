// The family of a result as nested lists, made of texts: each job with its results, and below it what was made from it.
class Lineage {
  // `open` gets a result that was pressed, `leave` is called by the button.
  constructor(place, open, leave) {
    Object.assign(this, {place, open, leave});
  }

  // `family` is undefined until the server has sent it; `current` is the result that is shown.
  draw(family, current) {
    const text = JSON.stringify([family, current]);
    if (text === this.drawn && !this.place.hidden) return;
    this.drawn = text;
    const back = made("button", {type: "button"}, "Back to the result");
    back.addEventListener("click", () => this.leave());
    const head = made("div", {class: "head"});
    head.append(made("h2", {}, "Lineage"), made("span", {class: "small"}, family?.summary ?? ""), back);
    const parts = [head];
    if (family?.note) parts.push(made("p", {class: "small"}, family.note));
    if (family) parts.push(this.list(family.jobs, current));
    const had = this.place.contains(document.activeElement);
    this.place.replaceChildren(...parts);
    const isFirst = this.place.hidden;
    this.place.hidden = false;
    if (isFirst || had) back.focus();
    this.place.querySelector("[aria-current]")?.scrollIntoView({block: "center"});
  }

  list(jobs, current) {
    const list = made("ul");
    for (const job of jobs) list.append(this.job(job, current));
    return list;
  }

  job({title, marks, line, results, jobs}, current) {
    const item = made("li"), box = made("div", {class: "job"}), words = made("div", {class: "words"});
    for (const result of results) box.append(this.result(result, title, current));
    const name = made("p", {class: "title"}, title);
    for (const mark of marks) name.append(" ", made("strong", {}, mark));
    words.append(name, made("p", {class: "small"}, line));
    box.append(words);
    item.append(box);
    if (jobs.length) item.append(this.list(jobs, current));
    return item;
  }

  result({view, href, preview, deleted}, title, current) {
    const name = `${title}${deleted ? ", deleted" : ""}`;
    const link = made(href ? "a" : "span", {class: deleted ? "deleted" : "", ...(href ? {href, target: "_self"} : {})});
    if (view === current) link.setAttribute("aria-current", "true");
    link.append(preview ? made("img", {src: preview, alt: name}) : made("span", {}, deleted ? "Deleted" : "No preview"));
    if (!href) return link;
    link.addEventListener("click", event => {
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      this.open(view);
    });
    return link;
  }

  hide() {
    this.place.hidden = true;
    this.place.replaceChildren();
    this.drawn = "";
  }
}
