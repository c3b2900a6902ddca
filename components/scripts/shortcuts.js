// The keyboard shortcuts: a dialog that lists them all, and / for the search of a page. Each does nothing while one types.
// The keys of the viewer are in components/viewer/viewer.js; Ctrl+Enter is Streamlit's.
(() => {
  if (window.shortcuts) return;
  const LIST = [
    ["Everywhere", [["?", "Show this list"], ["/", "Search, in Gallery and Call history"]]],
    ["Forms", [["Ctrl Enter", "Generate"]]],
    ["Viewer", [
      ["→", "Next"], ["←", "Previous"], ["Space", "Start or stop a video"], ["f", "Favourite"], ["+", "Zoom in"],
      ["-", "Zoom out"], ["1", "Original size"], ["0", "Fit to the window"], ["Delete", "Delete, and go on to the next"], ["Ctrl Z", "Undo a deletion"], ["Esc", "Close"],
    ]],
    ["Gallery", [["f", "Favourite"]]],
    ["Gallery, while selecting", [["Space", "Select"], ["Shift Click", "Select all from the last one to this one"]]],
  ];
  const made = (tag, text = "") => Object.assign(document.createElement(tag), {textContent: text});
  const row = ([keys, text]) => {
    const line = made("div"), name = made("dt"), each = keys.split(" ").map(key => made("kbd", key));
    name.append(...each.flatMap((key, at) => (at ? [" + ", key] : [key])));
    line.append(name, made("dd", text));
    return line;
  };
  const group = ([title, rows]) => {
    const list = made("dl");
    list.append(...rows.map(row));
    return [made("h3", title), list];
  };
  const dialog = window.shortcuts = made("dialog"), close = made("button", "Close");
  dialog.className = "studio-shortcuts";
  dialog.setAttribute("aria-label", "Keyboard shortcuts");
  close.type = "button";
  dialog.append(made("h2", "Keyboard shortcuts"), ...LIST.flatMap(group), close);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close(); });  // beside it
  const open = () => {
    const app = document.querySelector("[data-testid=stApp]");
    if (!app || dialog.open) return;
    if (dialog.parentElement !== app) app.append(dialog);
    dialog.style.background = getComputedStyle(app).backgroundColor;  // of the theme
    dialog.showModal();
    close.focus();
  };
  const isTyping = event => event.composedPath()[0].closest?.("input, textarea, select, [contenteditable=true]");
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    if (event.key === "?") open();
    const search = event.key === "/" && !document.querySelector("dialog[open]")
      && document.querySelector("[data-testid=stMain] input[aria-label=Search]");
    if (!search) return;
    event.preventDefault();  // else the sign is typed into it
    search.focus();
    search.select();
  });
  // Streamlit, which listens to the document, would run the page again, so that a dialog closes, or offer to clear its cache.
  document.documentElement.addEventListener("keydown", event => {
    if (["r", "c"].includes(event.key.toLowerCase()) && !event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  });
  document.addEventListener("click", event => {  // the button in the sidebar: no run is needed for it
    if (!event.target.closest?.(".st-key-shortcuts button")) return;
    event.preventDefault();
    event.stopPropagation();
    open();
  }, true);
})();
