/** Runs it when no microtask is left, those that are added meanwhile included. No timer, no I/O. */
function afterMicrotasks(run: () => void): void {
  queueMicrotask(() => process.nextTick(run));
}

/** One direction of a connection: frames arrive in their order, each in a step of its own, or when they are let. */
export class FrameQueue<Frame> {
  readonly #arrive: (frame: Frame) => void;
  readonly #isHeld: () => boolean;
  #frames: Frame[] = [];
  #moving = false;

  constructor(arrive: (frame: Frame) => void, isHeld: () => boolean) {
    this.#arrive = arrive;
    this.#isHeld = isHeld;
  }

  /** How many frames are under way. */
  get length(): number {
    return this.#frames.length;
  }

  push(frame: Frame): void {
    this.#frames.push(frame);
    this.flow();
  }

  /** Lets frames arrive by themselves, as far as they are not held. */
  flow(): void {
    if (this.#moving || this.#frames.length === 0 || this.#isHeld()) return;
    this.#moving = true;
    afterMicrotasks(() => {
      this.#moving = false;
      if (!this.#isHeld()) this.step();
      this.flow();
    });
  }

  /** Lets one frame arrive, now. */
  step(): void {
    const frame = this.#frames.shift();
    if (frame !== undefined) this.#arrive(frame);
  }

  /** Takes away what is under way. */
  drain(): readonly Frame[] {
    const frames = this.#frames;
    this.#frames = [];
    return frames;
  }
}
