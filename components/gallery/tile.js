// One tile of the grid: the preview of an output, which opens the viewer, with its first words below.
function tileOf(index, total, place) {
  const tile = made("li", {"aria-posinset": index + 1, "aria-setsize": total, class: "tile"}, made("div", {class: "place"}));
  Object.assign(tile.style, {left: `${place.left}px`, top: `${place.top}px`, width: `${place.width}px`});
  tile.firstChild.style.height = `${place.height}px`;
  return tile;
}

// Puts an output into its tile: texts as text, addresses as attributes.
function fill(tile, item, {isSelected, onSelect, isSelecting, onFavourite}) {
  const link = made("a", {
    href: item.href, "data-result": item.view, "data-group": "gallery", "data-original": item.original,
    "data-medium": item.medium, "data-width": item.width, "data-height": item.height,
  });
  link.append(item.preview ? made("img", {src: item.preview, alt: item.alt, draggable: "false"}) : item.alt);
  if (item.note) link.append(made("span", {class: "note", "aria-hidden": "true"}, item.note));
  const box = made("input", {type: "checkbox", "aria-label": `Select: ${item.alt}`});
  box.checked = isSelected;
  box.addEventListener("click", event => onSelect(box.checked, event.shiftKey));
  link.addEventListener("click", event => {
    if (!isSelecting()) return;
    event.preventDefault();
    onSelect(!box.checked, event.shiftKey);
  });
  const heart = made("button", {
    type: "button", class: "heart", "aria-label": `Favourite: ${item.alt}`, "aria-pressed": String(item.favourite), "aria-keyshortcuts": "f",
  });
  heart.addEventListener("click", onFavourite);
  const words = made("span", {class: "words"}, item.words);
  const caption = made("div", {class: "caption"}, box, words);
  const rating = {class: "stars", role: "img", "aria-label": `${item.stars.length} of 5 stars`};
  if (item.stars) caption.append(made("span", rating, item.stars));
  const place = made("div", {class: "place"}, link, heart);
  place.style.height = tile.dataset.height;
  if (item.medium === "video" && item.original) playOnHover(place, link, item.original);
  tile.classList.toggle("selected", isSelected);
  tile.replaceChildren(place, caption);
}

function playOnHover(place, link, source) {
  place.addEventListener("pointerenter", event => {
    if (event.pointerType !== "mouse" || link.querySelector("video")) return;
    const player = Object.assign(document.createElement("video"), {src: source, muted: true, loop: true, autoplay: true});
    player.setAttribute("aria-hidden", "true");
    link.append(player);
  });
  place.addEventListener("pointerleave", () => link.querySelector("video")?.remove());
}
