// One tile of the grid: the preview of an output, which opens the viewer, with its first words below.
function tileOf(index, total, place) {
  const tile = made("li", {"aria-posinset": index + 1, "aria-setsize": total, class: "tile"}, made("div", {class: "place"}));
  Object.assign(tile.style, {left: `${place.left}px`, top: `${place.top}px`, width: `${place.width}px`});
  tile.firstChild.style.height = `${place.height}px`;
  return tile;
}

// Puts an output into its tile: texts as text, addresses as attributes.
function fill(tile, item, {isSelected, onSelect, isSelecting}) {
  const link = made("a", {
    href: item.href, "data-result": item.view, "data-group": "gallery", "data-original": item.original,
    "data-medium": item.medium, "data-width": item.width, "data-height": item.height,
  });
  link.append(item.preview ? made("img", {src: item.preview, alt: item.alt, draggable: "false"}) : item.alt);
  if (item.note) link.append(made("span", {class: "note", "aria-hidden": "true"}, item.note));
  if (item.medium === "video" && item.original) playOnHover(link, item.original);
  const box = made("input", {type: "checkbox", "aria-label": `Select: ${item.alt}`});
  box.checked = isSelected;
  box.addEventListener("click", event => onSelect(box.checked, event.shiftKey));
  link.addEventListener("click", event => {
    if (!isSelecting()) return;
    event.preventDefault();
    onSelect(!box.checked, event.shiftKey);
  });
  if (item.favourite) link.append(made("span", {class: "favourite", role: "img", "aria-label": "Favourite"}, "♥"));
  const words = made("span", {class: "words"}, item.words);
  const caption = made("div", {class: "caption"}, box, words);
  const rating = {class: "stars", role: "img", "aria-label": `${item.stars.length} of 5 stars`};
  if (item.stars) caption.append(made("span", rating, item.stars));
  tile.replaceChildren(made("div", {class: "place"}, link), caption);
  tile.firstChild.style.height = tile.dataset.height;
}

function playOnHover(link, source) {
  link.addEventListener("pointerenter", event => {
    if (event.pointerType !== "mouse" || link.querySelector("video")) return;
    const player = Object.assign(document.createElement("video"), {src: source, muted: true, loop: true, autoplay: true});
    player.setAttribute("aria-hidden", "true");
    link.append(player);
  });
  link.addEventListener("pointerleave", () => link.querySelector("video")?.remove());
}
