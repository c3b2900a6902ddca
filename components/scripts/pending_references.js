// Blocks Generate while a file is still uploading, or a typed link is not added.
//
// The server knows of neither, so a press would send the job, and spend credits, without it.
// The script contains no data of users; its messages are its own.
(() => {
  if (window.unadded) return;
  const SECONDS = 6;
  const GENERATE = "[class*=st-key-generate-] button";
  const CHIPS = ".st-key-inputs [data-testid=stFileChip]", REFUSED = "[data-testid=stFileChipIconError]";
  const LINK = ".st-key-inputs [data-testid=stChatInputTextArea]";
  const COMING = "A file is still being added. Wait until it's in the form, then press Generate.";
  const TYPED = "A link is not in the form yet. Add it with Enter or clear its field, then press Generate.";
  const line = window.unadded = document.createElement("p");
  line.setAttribute("role", "alert");
  line.style.cssText = "position:fixed;bottom:1.5rem;left:50%;transform:translateX(-50%);z-index:1000000;margin:0;" +
    "padding:.75rem 1rem;border-radius:.6rem;background:#1C1B22;color:#fff;max-width:90vw;display:none";
  document.body.append(line);
  let timer = 0;
  const isComing = () => [...document.querySelectorAll(CHIPS)].some(chip => !chip.querySelector(REFUSED));
  const isTyped = () => document.querySelector(LINK)?.value.trim();
  const hide = () => { line.style.display = "none"; line.textContent = ""; };
  const look = event => {
    const waiting = isComing() ? COMING : isTyped() ? TYPED : "";
    if (!waiting) return hide();
    event.preventDefault();
    event.stopImmediatePropagation();
    line.textContent = `Nothing was sent. ${waiting}`;
    line.style.display = "block";
    clearTimeout(timer);
    timer = setTimeout(hide, SECONDS * 1000);
  };
  window.addEventListener("click", event => {
    if (event.target.closest?.(GENERATE)) look(event);
  }, true);
  window.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) look(event);
  }, true);
})();
