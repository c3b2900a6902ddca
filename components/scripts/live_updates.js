// The browser's part of live updates: it listens on a websocket, asks for redraws, and counts passing seconds.
//
// Where no websocket opens it polls instead, at the interval that the page states. A hidden tab asks for nothing until
// it is visible again. The script contains no data of users or of the API; it changes only durations in texts.
(() => {
  if (window.live) return;
  const AGAIN = 5, LONGEST = 30, REFUSED = 4401, STAYED = 10, SENT = 0.2, BACK = 2, TAKEN = 2, REST = 0.4;
  const now = () => Date.now() / 1000;
  const live = window.live = {
    socket: null, tab: "", refused: "", failures: 0, retryAt: 0, isDue: false, askedAt: now(), pressedAt: 0, tries: 0,
    skew: Infinity, run: "", cut: null, isUnknown: false, clickedAt: 0, stillAt: 0,
    notifies: false,
  };
  const PRESSED = "[class*=st-key-draw-changes-] button", PAGE = ".st-key-draw-page button";
  const WITHOUT_DIALOG = ".st-key-draw-without-dialog button";
  const MAY_OPEN_A_PAGE = `:is(button, [role=menuitem]):not(${PRESSED}, ${PAGE}, ${WITHOUT_DIALOG})`;
  const mark = () => document.querySelector("[data-events]")?.dataset ?? {};
  const leave = () => { live.left = {page: mark().page, run: mark().run, until: now() + STAYED}; };
  const isLeaving = () => {
    const {page, run, until} = live.left ?? {until: 0};
    return now() < until && mark().page === page && (mark().run === run || !links.isStill());
  };
  const app = document.querySelector("[data-testid=stApp]");
  const isCut = () => app.dataset.testConnectionState !== "CONNECTED";
  const isInDialog = () => Boolean(document.querySelector("[data-testid=stDialog]"));
  // A press now would meet a run: one that opens another page would be followed by the old page, and what is still on
  // its way to the browser would be dropped. A click of the user starts its run a moment later, and the run of another
  // page a moment after the one that asked for it.
  const isBusy = () => !links.isStill() || now() - live.clickedAt < TAKEN || now() - live.stillAt < REST;
  // Streamlit sends a press in a timer, with all that is pressed until then, and draws only the fragment of the first: so
  // such timers run at once, and no press of the user comes in between.
  const pressAlone = button => {
    const timers = [], set = window.setTimeout;
    window.setTimeout = (run, pause, ...given) => pause ? set(run, pause, ...given) : void timers.push(() => run(...given));
    try {
      button.click();
    } finally {
      window.setTimeout = set;
    }
    timers.forEach(run => run());
  };
  const ask = () => {
    if (document.hidden || isCut() || isLeaving()) return;  // a press now would bring back the page that is being left
    if (live.cut?.drawn !== mark().now) live.cut = null;  // the page was drawn since then
    const isDead = isInDialog() && live.cut && live.isUnknown;  // a restarted studio knows nothing of the dialog
    if ((isInDialog() && !isDead) || isBusy()) {  // a redraw of the whole page would close it; a later look presses
      live.askedAt = 0;
      return;
    }
    if (live.cut && !isDead && now() - live.cut.backAt < BACK) return;  // a press of the user comes first
    const tries = live.tries + (live.isDue ? 1 : 0);
    const press = document.querySelector(isDead ? WITHOUT_DIALOG : live.cut || tries > 1 ? PAGE : PRESSED);
    live.askedAt = press ? now() : 0;  // if the button is not drawn yet, the next look presses it
    if (!press) return;
    live.tries = tries;
    live.cut = null;
    pressAlone(press);
  };
  const close = () => {
    const socket = live.socket;
    live.socket = null;
    live.isDue = false;
    socket?.close();
  };
  const open = given => {
    live.notifies = notices.areWanted();
    const socket = live.socket = new WebSocket(given.events + (live.notifies ? "&notify=1" : ""));
    live.tab = given.tab;
    socket.onopen = () => { live.failures = 0; };
    socket.onmessage = event => {
      if (event.data === "all ended") return notices.allEnded();
      live.isUnknown = event.data === "unknown";
      live.isDue = live.isUnknown || event.data === "changed";
      if (live.isDue) ask();
      else live.tries = 0;
    };
    socket.onclose = event => {
      if (live.socket !== socket) return;
      close();
      live.failures += 1;
      live.retryAt = now() + Math.min(LONGEST, 2 ** live.failures) * (0.5 + Math.random() / 2);
      if (event.code !== REFUSED) return;
      live.refused = given.events;  // the URL may have expired: ask for a new one
      ask();
    };
  };
  const listen = given => {
    if (live.socket && (live.tab !== given.tab || live.notifies !== notices.areWanted())) {
      close();
      live.failures = live.retryAt = 0;
    }
    if (given.events && given.events !== live.refused && !live.socket && now() >= live.retryAt) open(given);
  };
  const isListening = () => live.socket?.readyState === WebSocket.OPEN;
  const DURATION = /(?:\d+ h )?(?:\d+ min )?\d+ (?:min|s)\b/;
  const duration = seconds => {
    const whole = Math.max(0, Math.round(seconds));
    if (whole < 60) return `${whole} s`;
    const minutes = Math.floor(whole / 60);
    if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${minutes % 60} min`;
    return whole % 60 && whole < 300 ? `${minutes} min ${whole % 60} s` : `${minutes} min`;
  };
  const count = given => {
    live.skew = Math.min(live.skew, now() - given.now);
    document.querySelectorAll("[class*='-since-'], [class*='-until-']").forEach(line => {
      const [, way, moment] = /-(since|until)-(\d+)/.exec(line.className) ?? [];
      const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
      while (moment && texts.nextNode()) {
        const text = texts.currentNode.data, passed = now() - live.skew - moment / 1000;
        if (!DURATION.test(text)) continue;
        const counted = text.replace(DURATION, duration(way === "since" ? passed : -passed));
        if (counted !== text) texts.currentNode.data = counted;
        break;
      }
    });
  };
  const look = () => {
    const given = mark();
    if (!given.tab && !given.seconds) return close();
    if (live.run !== given.run) live.askedAt = now();  // the whole page was just drawn
    live.run = given.run;
    listen(given);
    count(given);
    const pause = live.cut ? 0 : live.isDue ? AGAIN : isListening() ? Infinity : Number(given.seconds);
    if (now() - live.askedAt >= pause) ask();
  };
  document.body.addEventListener("click", event => {  // else an open menu would take it for a click outside and close
    if (!event.target.closest?.(`${PRESSED}, ${PAGE}, ${WITHOUT_DIALOG}`)) return;
    live.pressedAt = now();
    event.stopPropagation();
  });
  document.addEventListener("click", event => {
    if (event.target.closest?.(MAY_OPEN_A_PAGE)) live.clickedAt = now();
    const link = links.followed(event);
    if (!link) return;
    leave();
    if (now() - live.pressedAt >= SENT) return;
    links.hold(event);
    setTimeout(() => links.follow(link), SENT * 1000);
  }, true);
  document.addEventListener("keydown", event => {
    if (event.key === "Enter" && event.target.closest?.("[role=menu]")) live.clickedAt = now();  // without a click
  }, true);
  window.addEventListener("popstate", leave);
  document.addEventListener("visibilitychange", () => { if (live.isDue) ask(); });
  new MutationObserver(() => {  // after a restart the studio knows the page, but none of its fragments
    live.cut ??= {drawn: mark().now};
    live.cut.backAt = now();
  }).observe(app, {attributeFilter: ["data-test-connection-state"]});
  new MutationObserver(() => {
    live.stillAt = now();
    if (!links.isStill()) live.clickedAt = 0;  // that run is under way
    else setTimeout(() => { if (live.isDue && !live.askedAt) ask(); }, REST * 1000 + 10);
  }).observe(app, {attributeFilter: ["data-test-script-state"]});
  setInterval(look, 1000);
  look();
})();
