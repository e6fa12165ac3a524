const everyMs = 100;

/** Measures how long this process was kept from running. Time limits are extended by that, so that a busy machine is not a failure. */
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
