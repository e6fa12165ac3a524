/**
 * Whose turn it is. Instances take turns; one that has failed rests for a while, for it may be listed until its session has
 * timed out.
 */
export class Rotation {
  /** The next one first. @type {string[]} */
  #queue = [];
  /** Until when who rests, in the time of `now`. @type {Map<string, number>} */
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
   * What the registry says: those that are there. Who stays keeps its place.
   *
   * @param {readonly string[]} instances
   */
  update(instances) {
    const newcomers = instances.filter((instance) => !this.#queue.includes(instance));
    this.#queue = [...this.#queue.filter((instance) => instances.includes(instance)), ...newcomers];
    for (const instance of this.#resting.keys()) if (!instances.includes(instance)) this.#resting.delete(instance);
  }

  /**
   * The next one that is not among `tried`; one that rests only where all others were tried. Undefined when none is left.
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
   * It has failed.
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
