/** Calls `run` when no microtask is left, including those added in the meantime. No timer, no I/O. */
function afterMicrotasks(run: () => void): void {
  queueMicrotask(() => process.nextTick(run));
}

/** One direction of a connection: frames arrive in order, each in a step of its own, or when a test delivers them. */
export class FrameQueue<Frame> {
  readonly #arrive: (frame: Frame) => void;
  readonly #isHeld: () => boolean;
  #frames: Frame[] = [];
  #moving = false;

  constructor(arrive: (frame: Frame) => void, isHeld: () => boolean) {
    this.#arrive = arrive;
    this.#isHeld = isHeld;
  }

  /** The number of frames in flight. */
  get length(): number {
    return this.#frames.length;
  }

  push(frame: Frame): void {
    this.#frames.push(frame);
    this.flow();
  }

  /** Delivers frames automatically, unless they are held back. */
  flow(): void {
    if (this.#moving || this.#frames.length === 0 || this.#isHeld()) return;
    this.#moving = true;
    afterMicrotasks(() => {
      this.#moving = false;
      if (!this.#isHeld()) this.step();
      this.flow();
    });
  }

  /** Delivers one frame now. */
  step(): void {
    const frame = this.#frames.shift();
    if (frame !== undefined) this.#arrive(frame);
  }

  /** Removes and returns the frames in flight. */
  drain(): readonly Frame[] {
    const frames = this.#frames;
    this.#frames = [];
    return frames;
  }
}
