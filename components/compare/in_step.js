// Plays one or two videos in step: the longer one leads, and a shorter one waits at its end. Times are in seconds.
const DRIFT = 0.12;

class InStep {
  // `tell` is called with the time, the length, and whether they play. Only the first one is heard.
  constructor(players, tell) {
    Object.assign(this, {players, tell});
    players.forEach((player, index) => {
      Object.assign(player, {controls: false, loop: false, autoplay: false, muted: index > 0, preload: "auto"});
      for (const kind of ["timeupdate", "durationchange", "play", "pause"]) player.addEventListener(kind, () => this.follow());
      player.addEventListener("ended", () => this.repeat(player));
    });
  }

  get leader() { return this.players.reduce((first, other) => (other.duration > (first.duration || 0) ? other : first)); }

  get isPlaying() { return !this.leader.paused; }

  play() { for (const player of this.players) if (!player.ended) player.play().catch(() => this.follow()); }

  pause() { for (const player of this.players) player.pause(); }

  toggle() { this.isPlaying ? this.pause() : this.play(); }

  seek(time) {
    for (const player of this.players) player.currentTime = Math.min(time, player.duration || time);
    this.follow();
  }

  repeat(player) {
    if (player !== this.leader) return;
    this.seek(0);
    this.play();
  }

  follow() {
    const {leader} = this, at = leader.currentTime;
    for (const player of this.players) {
      const wanted = Math.min(at, player.duration || 0);
      if (player !== leader && Math.abs(player.currentTime - wanted) > DRIFT) player.currentTime = wanted;
    }
    this.tell(at, leader.duration || 0, this.isPlaying);
  }
}
