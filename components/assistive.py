"""For people who hear the page or go by keyboard: what Streamlit leaves out, in one script of our own."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

# Said: Streamlit's toasts are no live region, and a complaint is only text. A live region must be there before its
# text, so this one outlives every run. A text is said when it appears; a tick that draws it again is silent.
# Focus: each press uses up its Generate button, and the focus would be lost with it; the next one gets it.
# Scrolled to: a form that a card far below filled, once for each time.
# Nothing of a user or of the API is in the script; it only ever copies text as text.
_SCRIPT = """<script>
(() => {
  if (document.getElementById("said")) return;
  const said = document.createElement("div");
  said.id = "said";
  said.setAttribute("role", "status");
  said.setAttribute("aria-atomic", "false");
  said.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
  document.body.append(said);
  const heard = new WeakMap();
  const say = shown => {
    const copy = shown.cloneNode(true);
    copy.querySelectorAll("[translate=no]").forEach(icon => icon.remove());
    const text = copy.textContent.trim();
    if (!text || heard.get(shown) === text) return;
    heard.set(shown, text);
    const line = document.createElement("p");
    line.textContent = text;
    said.append(line);
    setTimeout(() => line.remove(), 10000);
  };
  let pressed = null, filled = "";
  const show = line => {
    const name = line?.className ?? "";
    if (name && name !== filled) line.scrollIntoView({block: "nearest", behavior: "smooth"});
    filled = name;
  };
  document.addEventListener("focusin", event => { pressed = event.target.closest("[class*=st-key-generate-]"); });
  new MutationObserver(() => {
    document.querySelectorAll("[data-testid=stToastText], [class*=st-key-aloud-]").forEach(say);
    show(document.querySelector("[class*=st-key-filled-]"));
    if (pressed && !pressed.isConnected && document.activeElement === document.body)
      document.querySelector("[class*=st-key-generate-] button")?.focus();
  }).observe(document.body, {childList: true, subtree: true, characterData: true});
})();
</script>"""


def install() -> None:
    """Once a page, after everything else: it takes a place without height."""
    st.html(_SCRIPT, unsafe_allow_javascript=True)


def aloud(name: str) -> DeltaGenerator:
    """A place whose text is said when it appears or changes; under another name the same text is said again."""
    return st.container(key=f"aloud-{name}", gap="xsmall")
