// The panel of the viewer: the prompt, the facts and the actions of one result, made of texts.

function listOf(facts) {
  const list = made("dl");
  for (const [label, value] of facts ?? []) list.append(made("dt", {}, label), made("dd", {}, value));
  return list;
}

function picturesOf(references) {
  const row = made("ul", {"aria-label": "Made from", class: "references"});
  for (const {preview, label} of references) {
    const line = made("li");
    line.append(preview ? made("img", {src: preview, alt: label, title: label}) : made("span", {}, label));
    row.append(line);
  }
  return row;
}

function actionsOf(facts, press) {
  const row = made("div", {class: "actions"});
  const file = facts.name && (facts.download || facts.original);
  // While the choice below is on its way, the link is still that of the other one.
  const link = facts.isChanging ? {"aria-disabled": true} : {href: file, download: facts.name};
  if (file) row.append(made("a", {...link, class: "main"}, "Download"));
  for (const {title, names} of facts.actions ?? []) {
    if (!names.length) {
      const button = made("button", {type: "button"}, title);
      // The second click of a double click would be for the next result.
      button.addEventListener("click", event => { if (event.detail <= 1) press(title); });
      row.append(button);
      continue;
    }
    const group = made("details");
    const menu = made("div", {class: "menu"});
    group.append(made("summary", {}, title), menu);
    group.addEventListener("toggle", () => { if (group.open) menu.scrollIntoView({block: "nearest"}); });
    for (const name of names) {
      const [text, value] = Array.isArray(name) ? name : [name, name];
      const button = made("button", {type: "button"}, text);
      button.addEventListener("click", () => {
        group.open = false;
        press(`${title}: ${value}`);
      });
      menu.append(button);
    }
    row.append(group);
  }
  for (const [label, href] of facts.links ?? []) row.append(made("a", {href, target: "_self"}, label));
  return row;
}

// Whether downloads carry prompt and settings.
function choiceOf({label, help, chosen}, choose) {
  const box = made("input", {type: "checkbox", "aria-label": label});
  box.checked = chosen;
  box.addEventListener("change", () => choose(box.checked));
  return made("label", {class: "small", title: help}, box, label);
}

// Favourite and stars; `mark` gets the name of a mark and its new value.
function marksOf({favourite, rating}, mark) {
  const row = made("div", {class: "marks"});
  const heart = made("button", {type: "button", "aria-pressed": favourite, "aria-keyshortcuts": "f", class: "heart"}, "Favourite");
  heart.addEventListener("click", () => mark("favourite", !favourite));
  row.append(heart);
  for (let stars = 1; stars <= 5; stars += 1) {
    const label = stars === 1 ? "1 star" : `${stars} stars`;
    const star = made("button", {type: "button", "aria-label": label, "aria-pressed": stars === rating, class: "star"}, stars <= rating ? "★" : "☆");
    star.addEventListener("click", () => mark("rating", stars === rating ? 0 : stars));
    row.append(star);
  }
  return row;
}

function panelOf(facts, {press, mark, choose}) {
  const parts = [made("p", {class: "prompt"}, facts.prompt ?? "")];
  if (facts.marks) parts.push(marksOf(facts.marks, mark));
  if (facts.negative) parts.push(made("p", {class: "small"}, `Negative prompt: ${facts.negative}`));
  if (facts.note) parts.push(made("p", {class: "small"}, facts.note));
  parts.push(actionsOf(facts, press));
  if (facts.with_settings) parts.push(choiceOf(facts.with_settings, choose));
  parts.push(listOf(facts.facts));
  if (facts.references?.length) parts.push(made("h3", {}, "Made from"), picturesOf(facts.references));
  return parts;
}

// What has the focus keeps it, and an open menu stays, as long as the facts are the same.
class Panel {
  // `acts` are the functions that are called for a press, a mark and a choice.
  constructor(place, acts) { Object.assign(this, {place, acts}); }

  get hasFocus() { return this.place.contains(document.activeElement); }

  draw(facts) {
    const text = JSON.stringify(facts ?? {});
    if (text === this.drawn) return;
    this.drawn = text;
    const name = element => element.getAttribute("aria-label") ?? element.textContent;
    const focused = this.hasFocus ? name(document.activeElement) : null;
    this.place.replaceChildren(...(facts ? panelOf(facts, this.acts) : []));
    if (focused === null) return;
    const again = [...this.place.querySelectorAll("button, summary, a, input")].find(element => name(element) === focused);
    (again ?? this.place.closest("dialog")).focus();
  }
}
