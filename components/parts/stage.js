// A stage: one image or video, fitted to its place. An image can be zoomed and moved, also in step with another one.
const MOST_ZOOM = 8;  // of the image's own pixels
const STEP = 1.4;
const SWIPE = 60;  // pixels
const DOUBLE_TAP = 300;  // milliseconds
const CONTROLS = 96;  // pixels at the lower end of a video, where a swipe moves the browser's own slider

// Whether this is a press of Space that is for the stage: a button, a player or a text field keeps its own.
const isSpaceOfStage = event => event.key === " " && event.target.matches("dialog, body");

class Stage {
  // `turn` is called with 1 or -1 after a swipe, `tell` with the scale as a text, `moved` with where an image stands.
  constructor(place, turn, tell, moved = () => {}) {
    Object.assign(this, {place, turn, tell, moved});
    this.pointers = new Map();
    place.addEventListener("wheel", event => this.onWheel(event), {passive: false});
    place.addEventListener("dblclick", event => { if (!this.isTouched) this.toggle(event.clientX, event.clientY); });
    place.addEventListener("pointerdown", event => this.onDown(event));
    place.addEventListener("pointermove", event => this.onMove(event));
    for (const end of ["pointerup", "pointercancel"]) place.addEventListener(end, event => this.onUp(event));
    new ResizeObserver(() => this.fit()).observe(place);
  }

  // Shows the preview at once, and the original in its place when it is there.
  show(item) {
    this.clear();
    this.item = item;
    if (item.medium !== "image") return this.play(item);
    this.picture = Object.assign(new Image(), {alt: item.alt, draggable: false});
    this.size = {width: item.width || 1, height: item.height || 1};
    this.picture.src = item.preview || item.original;
    this.place.append(this.picture);
    if (item.original) this.load(item.original, this.picture);
    if (!item.width) this.picture.addEventListener("load", () => this.measure(), {once: true});
    this.fit();
  }

  async load(original, picture) {
    const whole = Object.assign(new Image(), {src: original});
    try {
      await whole.decode();
    } catch {
      return;  // the preview stays
    }
    if (picture === this.picture) picture.src = original;
  }

  // The browser keeps what it has loaded, so that the next picture is there at once.
  preload(items) {
    this.loaded = items.filter(item => item?.medium === "image" && item.original)
      .map(item => Object.assign(new Image(), {src: item.original}));
  }

  measure() {
    this.size = {width: this.picture.naturalWidth || 1, height: this.picture.naturalHeight || 1};
    this.fit();
  }

  play(item) {
    this.picture = null;
    const player = document.createElement(item.medium === "audio" ? "audio" : "video");
    Object.assign(player, {src: item.original, controls: true, loop: true, playsInline: true, autoplay: true});
    if (item.preview) player.poster = item.preview;
    player.setAttribute("aria-label", item.alt);
    this.place.append(player);
    this.player = player;
  }

  playOrPause() {
    if (this.player?.paused) this.player.play().catch(() => {});
    else this.player?.pause();
  }

  clear() {
    this.place.querySelector("video, audio")?.pause();
    this.place.replaceChildren();
    this.pointers.clear();
    this.picture = this.player = this.item = null;
    this.tell("");
  }

  get fitted() {
    const {clientWidth, clientHeight} = this.place;
    return Math.min(clientWidth / this.size.width, clientHeight / this.size.height, 1);
  }

  get isFitted() { return this.scale <= this.fitted * 1.001; }

  fit() {
    if (this.picture) this.move(this.fitted, 0, 0);
  }

  // Zooms to a scale of the image's own pixels; the point of the window under x and y stays where it is.
  zoom(scale, x, y) {
    if (!this.picture) return;
    const box = this.place.getBoundingClientRect();
    const [left, top] = [x - box.left - box.width / 2, y - box.top - box.height / 2];
    const next = Math.min(Math.max(scale, this.fitted), Math.max(MOST_ZOOM, this.fitted));
    const ratio = next / this.scale;
    this.move(next, left - (left - this.x) * ratio, top - (top - this.y) * ratio);
  }

  zoomBy(factor) {
    const box = this.place.getBoundingClientRect();
    this.zoom(this.scale * factor, box.left + box.width / 2, box.top + box.height / 2);
  }

  toggle(x, y) {
    if (!this.picture) return;
    this.isFitted ? this.zoom(this.fitted < 1 ? 1 : 2, x, y) : this.fit();
  }

  // Stands as another stage does, whatever the sizes of both images.
  follow({zoom, x, y}) {
    if (!this.picture) return;
    const scale = this.fitted * zoom;
    this.move(scale, x * this.size.width * scale, y * this.size.height * scale, true);
  }

  move(scale, x, y, isFollowing = false) {
    const {clientWidth, clientHeight} = this.place;
    const limit = (length, room) => Math.max(0, (length * scale - room) / 2);
    const [across, down] = [limit(this.size.width, clientWidth), limit(this.size.height, clientHeight)];
    this.scale = scale;
    this.x = Math.min(Math.max(x, -across), across);
    this.y = Math.min(Math.max(y, -down), down);
    Object.assign(this.picture.style, {
      width: `${this.size.width}px`,
      height: `${this.size.height}px`,
      transform: `translate(-50%, -50%) translate(${this.x}px, ${this.y}px) scale(${scale})`,
    });
    this.place.classList.toggle("zoomed", !this.isFitted);
    this.tell(`${Math.round(scale * 100)} %`);
    const {width, height} = this.size;
    if (!isFollowing) this.moved({zoom: scale / this.fitted, x: this.x / (width * scale), y: this.y / (height * scale)});
  }

  onWheel(event) {
    if (!this.picture) return;
    event.preventDefault();
    this.zoom(this.scale * Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
  }

  onDown(event) {
    if (event.button) return;
    this.isTouched = event.pointerType !== "mouse";
    this.pointers.set(event.pointerId, {x: event.clientX, y: event.clientY});
    this.start = {x: event.clientX, y: event.clientY, isSingle: this.pointers.size === 1};
    if (this.picture) this.place.setPointerCapture(event.pointerId);
  }

  onMove(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.pointers.set(event.pointerId, {x: event.clientX, y: event.clientY});
    if (!this.picture) return;
    if (other) {
      const gap = point => Math.hypot(point.x - other.x, point.y - other.y) || 1;
      const now = {x: event.clientX, y: event.clientY};
      this.start.isSingle = false;
      this.zoom(this.scale * gap(now) / gap(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
    } else if (!this.isFitted) {
      this.move(this.scale, this.x + event.clientX - before.x, this.y + event.clientY - before.y);
    }
  }

  onUp(event) {
    if (!this.pointers.delete(event.pointerId) || !this.start) return;
    const {x, y, isSingle} = this.start;
    const [across, down] = [event.clientX - x, event.clientY - y];
    if (event.type === "pointercancel" || event.pointerType === "mouse" || !isSingle) return;
    const isSwipe = Math.abs(across) > SWIPE && Math.abs(across) > 2 * Math.abs(down);
    if (isSwipe && (this.picture ? this.isFitted : !this.isOnControls(y))) this.turn(across < 0 ? 1 : -1);
    else if (this.picture && Math.hypot(across, down) < 10) this.onTap(event);
  }

  isOnControls(y) { return this.player?.localName === "audio" || y > this.place.getBoundingClientRect().bottom - CONTROLS; }

  // Of two taps some browsers make a dblclick, which does not count, and others none where they may not zoom themselves.
  onTap(event) {
    if (event.timeStamp - (this.tapped ?? -Infinity) < DOUBLE_TAP) {
      this.tapped = -Infinity;
      this.toggle(event.clientX, event.clientY);
    } else this.tapped = event.timeStamp;
  }
}
