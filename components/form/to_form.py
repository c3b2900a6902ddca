"""A way back to the form for who has scrolled past it, where it does not stay in view. Nothing of a user is in it."""

SCRIPT = """<script>
(() => {
  if (window.toForm) return;
  const back = window.toForm = document.createElement("button");
  back.id = "to-form";
  back.type = "button";
  back.textContent = "Back to form";
  back.hidden = true;
  document.body.append(back);
  const form = () => document.querySelector(".st-key-inputs");
  const look = () => { back.hidden = !form() || form().getBoundingClientRect().bottom > innerHeight / 4; };
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
  back.addEventListener("click", () => form()?.scrollIntoView({block: "start", behavior}));
  document.addEventListener("scroll", look, {capture: true, passive: true});
  setInterval(look, 1000);  // another page has no form
})();
</script>"""
