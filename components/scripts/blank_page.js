// Loads the page again if Streamlit's own script has failed; address and drafts are kept.
//
// A part of a page that arrives after the page was left can leave it blank. A message that refers to one that the
// browser has forgotten ends the connection for good. A page that fails again at once stays as it is.
(() => {
  if (window.blankPage) return;
  window.blankPage = true;
  const KEPT = "studio-reloaded", PAUSE = 30, LATER = 0.5;
  const isBlank = () => !document.getElementById("root")?.childElementCount;
  const isCutOff = () => Boolean(document.querySelector("[data-test-connection-state=DISCONNECTED_FOREVER]"));
  const reload = () => {
    if (!(isBlank() || isCutOff()) || Date.now() / 1000 - Number(sessionStorage.getItem(KEPT) ?? 0) < PAUSE) return;
    sessionStorage.setItem(KEPT, Date.now() / 1000);
    location.reload();
  };
  const later = () => setTimeout(reload, LATER * 1000);
  window.addEventListener("error", later);
  const states = {subtree: true, attributes: true, attributeFilter: ["data-test-connection-state"]};
  new MutationObserver(() => { if (isCutOff()) later(); }).observe(document, states);
})();
