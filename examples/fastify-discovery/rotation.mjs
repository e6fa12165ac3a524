/**
 * A round-robin of instances. A failed one is skipped for a while, because it may be listed until its session has timed
 * out.
 */
export class Rotation {
  /** The next one first. @type {string[]} */
  #queue = [];
  /** Until when each failed instance is skipped, in the time of `now`. @type {Map<string, number>} */
  #resting = new Map();
  #restMs;
  #now;

  /**
   * @param {number} restMs
   * @param {() => number} [now]
   */
  constructor(restMs, now = () => performance.now()) {
    this.#restMs = restMs;
    this.#now = now;
  }

  /**
   * Updates the instances from the registry. Remaining ones keep their place.
   *
   * @param {readonly string[]} instances
   */
  update(instances) {
    const newcomers = instances.filter((instance) => !this.#queue.includes(instance));
    this.#queue = [...this.#queue.filter((instance) => instances.includes(instance)), ...newcomers];
    for (const instance of this.#resting.keys()) if (!instances.includes(instance)) this.#resting.delete(instance);
  }

  /**
   * The next one that is not in `tried`; a failed one only when all others were tried. Undefined when none is left.
   *
   * @param {ReadonlySet<string>} tried
   */
  next(tried) {
    const left = this.#queue.filter((instance) => !tried.has(instance));
    const chosen = left.find((instance) => !this.#rests(instance)) ?? left[0];
    if (chosen === undefined) return undefined;
    this.#queue = [...this.#queue.filter((instance) => instance !== chosen), chosen];
    return chosen;
  }

  /**
   * Reports a failure.
   *
   * @param {string} instance
   */
  rest(instance) {
    this.#resting.set(instance, this.#now() + this.#restMs);
  }

  /** @param {string} instance */
  #rests(instance) {
    return (this.#resting.get(instance) ?? Number.NEGATIVE_INFINITY) > this.#now();
  }
}
