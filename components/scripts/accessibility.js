// For people who hear the page or go by keyboard: what Streamlit leaves out.
// Said: Streamlit's toasts are no live region, and a complaint is only text. A live region must be there before its
// text, so this one outlives every run. A text is said when it appears; a tick that draws it again is silent.
// Scrolled to: a form that a card far below filled, what a press of Generate met, the card that it made, a job that an
// address names, and what opens below the history's list, once for each time; again while the run draws, as there may
// be no room yet below it. For who wants no motion: at once. The focus stays where it is; but when a line of a table is
// clicked, or chosen by Enter or by space, it goes to the heading of what that opens. Arrow keys stay in the table.
// Ctrl+Enter: where one of several is chosen, Streamlit's choice keeps it to itself.
// Full screen: the picture itself and not its preview, for which the link around it says where it is.
// Nothing of a user or of the API is in the script; it only ever copies text as text.
(() => {
  if (document.getElementById("said")) return;
  const said = document.createElement("div");
  said.id = "said";
  said.setAttribute("role", "status");
  said.setAttribute("aria-atomic", "false");
  said.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
  document.body.append(said);
  const SAID = "[data-testid=stToastText], [class*=st-key-aloud-], [class*=st-key-filled-]";
  const heard = new WeakMap();
  const say = shown => {
    const copy = shown.cloneNode(true);
    copy.querySelectorAll("[translate=no], button").forEach(one => one.remove());
    const text = copy.textContent.trim();
    if (!text || heard.get(shown) === text) return;
    heard.set(shown, text);
    const line = document.createElement("p");
    line.textContent = text;
    said.append(line);
    setTimeout(() => line.remove(), 10000);
  };
  const shown = {}, asked = {};
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
  const show = (what, block = "nearest", about = line => line) => {
    const line = document.querySelector(`[class*=st-key-${what}-]`);
    const name = /st-key-\S+/.exec(line?.className)?.[0] ?? "";
    const place = name && about(line, name);
    if (place && name !== shown[what]) place.scrollIntoView({block, behavior});
    asked[what] = name;
    if (!name || (place && links.isStill())) shown[what] = name;
  };
  let isChosen = false, opened = "";
  const headingOf = () => document.querySelector("[class*=st-key-opened-] h2");
  const read = heading => { heading.tabIndex = -1; heading.focus({preventScroll: true}); };
  ["pointerdown", "keydown"].forEach(act => document.addEventListener(act, event => {
    const isPress = act === "pointerdown" || event.key === "Enter" || event.key === " ";
    isChosen = isPress && Boolean(event.target.closest?.("[data-testid=stDataFrame]"));
    if (act === "pointerdown" || !isChosen || !event.target.closest(".st-key-listed") || !headingOf()) return;
    event.preventDefault();  // the arrow keys opened the line already, and the table would show its cell
    event.stopPropagation();
    headingOf().scrollIntoView({block: "nearest", behavior});
    read(headingOf());
  }, true));
  const follow = () => {
    const line = document.querySelector("[class*=st-key-opened-]"), heading = headingOf();
    const name = /st-key-\S+/.exec(line?.className)?.[0] ?? "";
    if (name === opened || (line && !heading)) return;
    opened = name;
    if (!heading || !isChosen) return;
    isChosen = false;
    read(heading);
  };
  const cardOf = (_line, name) => document.querySelector(`.${name.replace("st-key-sent-", "st-key-card-")}`);
  // Who moves the page is not moved any more.
  ["wheel", "touchmove", "keydown"].forEach(act =>
    document.addEventListener(act, () => Object.assign(shown, asked), {passive: true}));
  document.addEventListener("keydown", event => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.closest("[role=radio]")) return;
    event.stopPropagation();
    document.querySelector("[class*=st-key-generate-] button:enabled")?.click();
  }, true);
  document.addEventListener("click", event => {
    if (!event.target.closest("[data-testid=stElementToolbar]")) return;
    const picture = event.target.closest("[data-testid=stFullScreenFrame]")?.querySelector("a img");
    if (picture) picture.src = picture.closest("a").href;
  }, true);
  new MutationObserver(() => {
    document.querySelectorAll(SAID).forEach(say);
    ["filled", "aloud-refused", "opened"].forEach(what => show(what));
    show("sent", "nearest", cardOf);
    show("wanted", "start");
    follow();
  }).observe(document.body, {
    childList: true, subtree: true, characterData: true, attributeFilter: ["data-test-script-state"],
  });
})();
