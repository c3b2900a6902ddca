// The links between pages, for the scripts that must do something before a link is followed.
//
// Streamlit sends a press or a typed text a moment after it happened, with the name of the page that is shown at that
// time. If a link is followed in that moment, the old page and the new one both answer, and the browser shows parts of
// both or of none. So such a click is held until everything is sent. The script contains no data of users.
(() => {
  if (window.links) return;
  const LINKS = "[data-testid=stSidebarNavLink], [data-testid=stPageLink-NavLink], [data-testid=stLogoLink]";
  const app = () => document.querySelector("[data-testid=stApp]");
  window.links = {
    at: event => event.target.closest?.(LINKS),
    followed: event => event.ctrlKey || event.metaKey || event.shiftKey || event.altKey ? null : links.at(event),
    hold: event => {
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    follow: link =>
      (link.isConnected ? link : document.querySelector(`a[href="${link.getAttribute("href")}"]`))?.click(),
    isStill: () => app()?.dataset.testScriptState === "notRunning",
  };
})();
