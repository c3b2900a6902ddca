"""A file that is not in the form yet holds up Generate: it waits in the paste field, or is still on its way here.

The server knows nothing of such a file, so a press would send the job, and take the credits, without it.
Nothing of a user is in the script; what it says is its own.
"""

SCRIPT = """<script>
(() => {
  if (window.unadded) return;
  const SECONDS = 6;
  const GENERATE = "[class*=st-key-generate-] button";
  const CHIPS = ".st-key-inputs [data-testid=stFileChip]", REFUSED = "[data-testid=stFileChipIconError]";
  const line = window.unadded = document.createElement("p");
  line.setAttribute("role", "alert");
  line.style.cssText = "position:fixed;bottom:1.5rem;left:50%;transform:translateX(-50%);z-index:1000000;margin:0;" +
    "padding:.75rem 1rem;border-radius:.6rem;background:#1C1B22;color:#fff;max-width:90vw;display:none";
  document.body.append(line);
  let timer = 0;
  const isWaiting = () => [...document.querySelectorAll(CHIPS)].some(chip => !chip.querySelector(REFUSED));
  const hide = () => { line.style.display = "none"; line.textContent = ""; };
  const look = event => {
    if (!isWaiting()) return hide();
    event.preventDefault();
    event.stopImmediatePropagation();
    line.textContent = "Nothing was sent. A file is not in the form yet. Add it or remove it, then press Generate.";
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
</script>"""
