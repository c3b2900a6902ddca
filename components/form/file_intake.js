// Pasted and dropped files go where chosen ones go: to an uploader of Streamlit's. Sent in front of prompt_field.js.

const LOOKS = 15000;  // how long pasted files wait for a place in the form
const AGAIN = 2000;  // after a try that shows no effect
const MOST_ASKED = 3;
const FORM = ".st-key-inputs";
const FREE = "[class*=st-key-files-]", FULL = "[class*=st-key-instead-]", PLACES = `${FREE}, ${FULL}`;
const CHIP = "[data-testid=stFileChip]", UPLOAD = "input[type=file]:enabled";

// A run that begins takes back a place that was just asked for, and Streamlit's answer to an upload that was just begun.
// So what shows no effect while the page stands still is done again; a file is only taken once.
async function hand(files, at, ask) {
  const page = location.pathname, until = Date.now() + LOOKS;
  for (let given = "", again = 0, asked = 0; location.pathname === page && Date.now() < until; await pause(50)) {
    if (!window.links?.isStill()) continue;
    const input = taker(at), place = input?.closest(PLACES);
    const name = place ? /st-key-(?:files|instead)-\S+/.exec(place.className)[0] : "";
    if (given && (name !== given || place.querySelector(CHIP))) return;
    if (Date.now() < again) continue;
    again = Date.now() + AGAIN;
    if (!input) {
      if (asked++ < MOST_ASKED) ask();
      continue;
    }
    given = name;
    input.files = files;
    input.dispatchEvent(new Event("change", {bubbles: true}));
  }
}

// What takes files: at the picture that they were dropped on, else the first free place, else the only one there is.
function taker(at) {
  const found = selector => [...document.querySelectorAll(`${FORM} ${at && `.${at}`} :is(${selector}) ${UPLOAD}`)];
  const free = found(FREE), full = found(FULL);
  return free[0] ?? (at || full.length === 1 ? full[0] : undefined);
}

const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));
