// A sound or a notification of the browser when the last open job of the visitor has ended, if they want it.
//
// What they want is kept in this browser, as its permission for notifications is. `live_updates.js` hears from the
// server that the last job has ended. The script contains no data of users or of the API.
(() => {
  if (window.notices) return;
  const KEPT = "studio-notices", NOTES = [660, 880], SECONDS = 0.16, ONE_TAB_SECONDS = 3;
  const TITLE = "WeryAI Studio", TEXT = "All your jobs have ended.";
  const read = () => {
    try { return JSON.parse(localStorage.getItem(KEPT)) ?? {}; } catch { return {}; }
  };
  const keep = wanted => {
    try { localStorage.setItem(KEPT, JSON.stringify(wanted)); } catch { /* a browser that keeps nothing */ }
  };
  let audio = null;
  const unlock = () => {  // browsers play a sound only after a press on the page
    if (!read().tone) return;
    audio ??= new AudioContext();
    audio.resume();
  };
  const play = () => {
    unlock();
    NOTES.forEach((frequency, place) => {
      const tone = audio.createOscillator(), volume = audio.createGain(), at = audio.currentTime + place * SECONDS;
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0.12, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + SECONDS);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + SECONDS);
    });
  };
  const notify = () => {
    const notice = new Notification(TITLE, {body: TEXT, tag: KEPT});
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
  };
  const tell = () => {
    const wanted = read();
    if (wanted.tone) play();
    if (wanted.notification && document.visibilityState === "hidden") notify();
  };
  const inOneTab = async act => {  // others that hear of it at the same time stay silent
    if (!navigator.locks) return act();  // not on a page without HTTPS
    await navigator.locks.request(KEPT, {ifAvailable: true}, async lock => {
      if (!lock) return;
      act();
      await new Promise(done => setTimeout(done, ONE_TAB_SECONDS * 1000));
    });
  };
  window.notices = {
    areWanted: () => Boolean(read().tone || read().notification),
    allEnded: () => inOneTab(tell),
  };
  const boxes = () => document.querySelectorAll("[data-notice]");
  const show = () => boxes().forEach(box => { box.checked = Boolean(read()[box.dataset.notice]); });
  const explain = text => {
    const line = document.querySelector("[data-notice-problem]");
    line.textContent = text;
    line.hidden = !text;
  };
  const canNotify = () => {  // a phone's Chrome has the permission and refuses to show any
    try {
      new Notification(TITLE, {silent: true, tag: KEPT}).close();  // is not seen without the permission
      return true;
    } catch {
      return false;
    }
  };
  const mayNotify = async () => {
    if (!canNotify()) return "This browser shows no notifications for this page.";
    const answer = Notification.permission === "default" ? await Notification.requestPermission() : Notification.permission;
    return answer === "granted" ? "" : "The browser blocks notifications of this page. Allow them in its settings.";
  };
  document.addEventListener("change", async event => {
    const name = event.target.dataset?.notice, isOn = event.target.checked;
    if (!name) return;
    const problem = name === "notification" && isOn ? await mayNotify() : "";
    explain(problem);
    keep({...read(), [name]: isOn && !problem});
    show();
    if (name === "tone" && isOn) play();  // how it will sound
  });
  document.addEventListener("toggle", show, true);
  document.addEventListener("pointerdown", unlock, {passive: true});
  document.addEventListener("keydown", unlock, {passive: true});
})();
