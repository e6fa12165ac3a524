const everyMs = 100;

/** How long this process was kept from running: limits of time are moved by that much, so that a busy machine is no failure. */
export class LagMeter {
  #due = performance.now() + everyMs;
  #totalMs = 0;
  #timer = setInterval(() => this.#tick(), everyMs);

  /** Since the start, ms. */
  get totalMs() {
    return this.#totalMs;
  }

  stop() {
    clearInterval(this.#timer);
  }

  #tick() {
    const now = performance.now();
    this.#totalMs += Math.max(0, now - this.#due);
    this.#due = now + everyMs;
  }
}
