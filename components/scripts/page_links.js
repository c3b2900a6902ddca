// The links that lead from page to page, for the scripts that have something to do before one is followed.
//
// Streamlit sends what was pressed or typed a moment after it happened, with the name of the page that is shown then. If a
// link is followed in that moment, the new page and the old one answer at once, and the browser is left with parts of both
// or with none. So such a click is held until the rest is sent. Nothing of a user is in the script.
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
