// What Streamlit lacks for users of screen readers and keyboards.
// Announcements: Streamlit's toasts are no live region, and an error message is only text. A live region must exist
// before its text, so this one stays through all runs. A text is announced when it appears; redrawing it is silent.
// Scrolling: to a form that a card far below filled, the error after a press of Generate, the card that it created, the
// job that the address names, and the details that open below the history's table. It scrolls once for each, and again
// while the run draws, because the page may be too short at first; without animation where reduced motion is preferred.
// Focus: it stays where it is. But when a row of the table is clicked, or chosen by Enter or space, the focus goes to
// the heading of the details that open. Arrow keys stay in the table. A dialog that begins with a text field gives it the
// focus, also after a choice of what to type, except where that would open a keyboard on the screen.
// Ctrl+Enter: Streamlit's segmented control keeps this key for itself; here it presses Generate from there, too.
// Help: the ? beside a switch lies in its label, and must not flip the switch when it is pressed.
// Full screen: shows the image itself in place of its preview; the link around it has the URL.
// The script contains no data of users or of the API; it copies text as text, never as HTML.
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
    event.preventDefault();  // arrow keys have opened the row already, and the table would open its cell
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
  const entered = new WeakSet(), hasKeyboard = !matchMedia("(pointer: coarse)").matches;
  const FIELD = "textarea, input[type=text], input[type=search]";
  const enter = () => {
    const dialog = document.querySelector("[data-testid=stDialog] [role=dialog]");
    if (!dialog?.contains(document.activeElement) || entered.has(dialog) || dialog.querySelector("[data-testid=stSkeleton]")) return;
    const first = [...dialog.querySelectorAll("input, textarea, button")]
      .find(one => one.ariaLabel !== "Close" && one.getAttribute("role") !== "radio" && !one.closest("[data-testid=stWidgetLabel]"));
    if (!first) return;
    entered.add(dialog);
    if (document.activeElement === dialog && first.matches(FIELD)) first.focus();
  };
  if (hasKeyboard) document.addEventListener("focusin", enter);
  const cardOf = (_line, name) => document.querySelector(`.${name.replace("st-key-sent-", "st-key-card-")}`);
  // When the user scrolls or presses a key, automatic scrolling stops.
  ["wheel", "touchmove", "keydown"].forEach(act =>
    document.addEventListener(act, () => Object.assign(shown, asked), {passive: true}));
  document.addEventListener("keydown", event => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.closest("[role=radio]")) return;
    event.stopPropagation();
    document.querySelector("[class*=st-key-generate-] button:enabled")?.click();
  }, true);
  // Streamlit's tooltip hears the event before it comes to the icon, the label would hear it after that.
  ["pointerdown", "mousedown", "click", "keydown", "keyup"].forEach(act => document.addEventListener(act, event => {
    const icon = event.target.closest?.("label [data-testid=stTooltipIcon]");
    if (!icon || (event.key && ![" ", "Enter"].includes(event.key))) return;
    icon.addEventListener(act, heardHere => {
      heardHere.stopPropagation();
      if (act === "click") heardHere.preventDefault();
      if (act === "mousedown") icon.querySelector("button")?.focus();  // a phone's Safari would not
    }, {once: true});
  }, true));
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
    if (hasKeyboard) enter();
  }).observe(document.body, {
    childList: true, subtree: true, characterData: true, attributeFilter: ["data-test-script-state"],
  });
})();
