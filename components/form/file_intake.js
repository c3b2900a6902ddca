// Gives pasted and dropped files to one of Streamlit's file uploaders. This file is sent in front of prompt_field.js.

const MOST_WAIT = 15000;  // milliseconds that pasted files wait for an uploader in the form
const RETRY_AFTER = 2000;  // milliseconds, after a try without effect
const MOST_REQUESTS = 3;  // for an uploader
const FORM = ".st-key-inputs";
const FREE = "[class*=st-key-files-]", FULL = "[class*=st-key-instead-]", UPLOADERS = `${FREE}, ${FULL}`;
const CHIP = "[data-testid=stFileChip]", UPLOAD = "input[type=file]:enabled";

// A run that begins discards a request for an uploader made just before it, and Streamlit's reply to an upload that has
// just begun. So a try without effect is repeated while no run is in progress; a file is added only once.
async function giveFiles(files, at, ask) {
  const page = location.pathname, until = Date.now() + MOST_WAIT;
  for (let given = "", again = 0, asked = 0; location.pathname === page && Date.now() < until; await pause(50)) {
    if (!window.links?.isStill()) continue;
    const input = findInput(at), uploader = input?.closest(UPLOADERS);
    const name = uploader ? /st-key-(?:files|instead)-\S+/.exec(uploader.className)[0] : "";
    if (given && (name !== given || uploader.querySelector(CHIP))) return;
    if (Date.now() < again) continue;
    again = Date.now() + RETRY_AFTER;
    if (!input) {
      if (asked++ < MOST_REQUESTS) ask();
      continue;
    }
    given = name;
    input.files = files;
    input.dispatchEvent(new Event("change", {bubbles: true}));
  }
}

// Returns the input for files: of the field that they were dropped on, else the first free one, else the only one.
function findInput(at) {
  const found = selector => [...document.querySelectorAll(`${FORM} ${at && `.${at}`} :is(${selector}) ${UPLOAD}`)];
  const free = found(FREE), full = found(FULL);
  return free[0] ?? (at || full.length === 1 ? full[0] : undefined);
}

const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));
