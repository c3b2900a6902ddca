// A press of the mouse on a button counts, whatever the page does meanwhile: it may move under the pointer, and a button
// that is drawn anew between press and release gets no click event. So who released where they pressed has clicked.
// A finger needs no help: its click goes to what is under it then. A key that is held down is one press.
(() => {
  if (window.presses) return;
  const BUTTON = "button:enabled";
  const STILL = 4;  // pixels that the pointer may move during a click
  const presses = window.presses = {start: null};
  const keyOf = button => {
    const keyed = button.closest("[class*=st-key-]");
    return keyed && [...keyed.classList].find(name => name.startsWith("st-key-"));
  };
  const find = ({button, key, text}) => {
    if (button.isConnected && keyOf(button) === key) return button.matches(BUTTON) ? button : null;
    const place = key && document.querySelector(`.${CSS.escape(key)}`);
    const found = [...(place?.querySelectorAll(BUTTON) ?? [])];
    const same = found.length > 1 ? found.filter(one => one.textContent === text) : found;
    return same.length === 1 ? same[0] : null;
  };
  const on = (kind, handler) => document.addEventListener(kind, handler, true);
  on("pointerdown", event => {
    const button = event.target.closest?.(BUTTON), {clientX: x, clientY: y} = event;
    const isPress = button && event.pointerType === "mouse" && !event.button;
    presses.start = isPress ? {button, x, y, key: keyOf(button), text: button.textContent} : null;
  });
  on("click", event => {
    if (event.target.closest?.(BUTTON)) presses.start = null;
  });
  on("pointerup", event => {
    const {start} = presses;
    if (!start || Math.hypot(event.clientX - start.x, event.clientY - start.y) > STILL) return;
    setTimeout(() => {  // the click event of a mouse comes with the release, before this
      if (presses.start !== start) return;
      presses.start = null;
      find(start)?.click();
    });
  });
  // A key that is held down is one press: it must not send a job again and again, or press a button's successor.
  addEventListener("keydown", event => {
    if (!event.repeat || event.key !== "Enter") return;
    if (!event.ctrlKey && !event.metaKey && !event.target.closest?.("button")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
})();
