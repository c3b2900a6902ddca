// In the place of a card a line appears when the card is deleted, and the card again after Undo.
// Focus: a button that is drawn anew, or that gives way to its opposite, takes the focus of the one before. Nothing
// scrolls, but for a line that would be out of sight: the card was higher.
// Clicks: the second click of a double click does nothing if what the first one hit has gone: another card may be there now.
// The script reads the labels of our buttons only, and contains no data of users or of the API.
(() => {
  if (window.places) return;
  window.places = true;
  const PLACE = "[class*=st-key-place-]", ABOVE = "[data-testid=stPopoverBody], [data-baseweb=popover]";
  let held = null, clicked = null;
  const label = button => {
    const copy = button.cloneNode(true);
    copy.querySelectorAll("[translate=no]").forEach(one => one.remove());
    return copy.textContent.trim();
  };
  const successor = text => (text === "Delete" ? "Undo" : text.startsWith("Undo") ? "Delete" : text);
  const hold = event => {
    const place = event.target.closest?.(PLACE), button = event.target.closest?.("button");
    const name = /st-key-place-\S+/.exec(place?.className)?.[0];
    if (name && button) held = {button, name, text: label(button)};
    else if (!event.target.closest?.(ABOVE)) held = null;
  };
  document.addEventListener("focusin", hold);
  document.addEventListener("pointerdown", hold, true);
  document.addEventListener("click", event => {
    if (event.detail > 1 && clicked && !clicked.isConnected) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.detail === 1) {  // a script or a key gives 0
      clicked = event.target.closest?.(PLACE) && event.target.closest("button");
    }
  }, true);
  new MutationObserver(() => {
    if (!held || held.button.isConnected || document.activeElement !== document.body) return;
    const buttons = [...document.querySelectorAll(`.${CSS.escape(held.name)} button:enabled`)];
    // A button with a help text is there twice, and shown once.
    const named = text => buttons.find(button => label(button) === text && button.checkVisibility());
    const next = named(held.text) ?? named(successor(held.text));
    next?.focus({preventScroll: true});
    next?.closest("[class*=st-key-aloud-deleted-]")?.scrollIntoView({block: "nearest"});
  }).observe(document.body, {childList: true, subtree: true});
})();
