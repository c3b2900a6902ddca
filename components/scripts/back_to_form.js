// The form stays in view where it is beside the results; where it is above them, a button scrolls back to it.
//
// The script contains no data of users.
(() => {
  if (window.toForm) return;
  const back = window.toForm = document.createElement("button");
  back.id = "to-form";
  back.type = "button";
  back.textContent = "Back to form";
  back.hidden = true;
  document.body.append(back);
  const form = () => document.querySelector(".st-key-inputs");
  const look = () => {
    const place = form()?.getBoundingClientRect();
    const results = document.querySelector(".st-key-results")?.getBoundingClientRect();
    back.hidden = !place || place.bottom > innerHeight / 4;
    if (place) document.documentElement.style.setProperty("--form-top", `${Math.max(place.top, 60)}px`);
    document.documentElement.toggleAttribute("data-form-beside", Boolean(place && results?.left >= place.right));
  };
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
  back.addEventListener("click", () => {
    form().scrollIntoView({block: "start", behavior});
    form().tabIndex = -1;
    form().focus({preventScroll: true});
  });
  document.addEventListener("scroll", look, {capture: true, passive: true});
  window.addEventListener("resize", look);
  setInterval(look, 1000);  // not every page has a form
})();
