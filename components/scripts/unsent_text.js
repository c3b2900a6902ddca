// Makes Streamlit send typed text: at a pause in a text area, and before a link leaves the page.
//
// Streamlit sends a text when its field loses the focus, a moment after the click that caused this. A click on a link
// to another page overtakes it: the text is lost, or the page is not left. So such a click waits until a run that began
// after the text was sent has ended, or until no run has begun for a while. Text that an input method is still
// composing, as in Japanese, is not sent at a pause.
// The script contains no data of users; it asks Streamlit to send the content of its own fields.
(() => {
  if (window.unsent) return;
  const PAUSE = 700, MOMENT = 70, QUIET = 700, MOST = 2000;
  const FIELDS = ".stTextArea textarea, .stTextInput input";
  window.unsent = {typed: null, isLeft: false, isSent: false, held: null, timer: 0};
  const now = window.unsent;
  const app = document.querySelector("[data-testid=stApp]");
  const after = (pause, act) => {
    clearTimeout(now.timer);
    now.timer = setTimeout(act, pause);
  };
  const go = () => {
    const link = now.held;
    now.held = now.typed = null;
    if (link) links.follow(link);
  };
  const goIfOver = () => { if (now.isSent && links.isStill()) go(); };
  const send = () => {
    now.isLeft = true;
    after(MOMENT, () => {
      now.isSent = true;
      after(QUIET, goIfOver);
    });
  };
  const write = event => {
    const field = event.target;
    if (!field.matches(FIELDS)) return;
    now.typed = field;
    now.isLeft = now.isSent = false;
    clearTimeout(now.timer);
    if (field.matches("textarea") && !event.isComposing)
      after(PAUSE, () => field.dispatchEvent(new FocusEvent("focusout", {bubbles: true})));
  };
  document.addEventListener("input", write, true);
  document.addEventListener("compositionend", write, true);
  document.addEventListener("focusout", event => {
    if (event.target === now.typed) send();
  }, true);
  document.addEventListener("keydown", event => {
    if (event.target !== now.typed || event.key !== "Enter" || event.isComposing) return;
    if (now.typed.matches("input") || event.ctrlKey || event.metaKey) send();
  }, true);
  document.addEventListener("click", event => {
    const link = links.followed(event);
    if (!link || !now.typed?.isConnected) return;
    links.hold(event);
    now.held = link;
    setTimeout(() => { if (now.held === link) go(); }, MOST);
  }, true);
  new MutationObserver(() => {
    if (now.isLeft && !links.isStill()) now.isSent = true;  // the run may be shorter than MOMENT
    goIfOver();
  }).observe(app, {attributeFilter: ["data-test-script-state"]});
})();
