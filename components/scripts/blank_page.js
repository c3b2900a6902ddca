// Loads the page again if Streamlit's own script has failed and left it blank; address and drafts are kept.
//
// A part of a page that arrives after the page was left can do that. A page that fails again at once stays as it is.
(() => {
  if (window.blankPage) return;
  window.blankPage = true;
  const KEPT = "studio-reloaded", PAUSE = 30, LATER = 0.5;
  const isBlank = () => !document.getElementById("root")?.childElementCount;
  const reload = () => {
    if (!isBlank() || Date.now() / 1000 - Number(sessionStorage.getItem(KEPT) ?? 0) < PAUSE) return;
    sessionStorage.setItem(KEPT, Date.now() / 1000);
    location.reload();
  };
  window.addEventListener("error", () => setTimeout(reload, LATER * 1000));
})();
