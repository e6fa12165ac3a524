import { FrameReader } from './frame-reader.js';

/** Receives the frames of a connection. */
export interface FrameHandler {
  /** False once the connection has ended: the remaining frames are dropped. */
  readonly isOpen: boolean;
  /** True for the number of a watch event. */
  isEvent(xid: number): boolean;
  /** Receives the answer to a request, a ping or a login. */
  onAnswer(frame: Buffer): void;
  /** Receives a watch event. */
  onEvent(frame: Buffer): void;
  /** An answer was received, or a part of one. */
  onAlive(): void;
  /** Runs a function, and ends the connection if it throws. */
  guard(run: () => void): void;
}

/** A handshake answer has 41 bytes. A peer that has not given a session yet must not fill the memory. */
const maxHandshakeBytes = 1024;
const lengthBytes = 4;
const xidEnd = lengthBytes + 4;

/**
 * Passes on the frames of a connection in their order. Events must not overtake answers: the callers of a promise that is resolved here
 * run only when the microtasks do, after an event of the same chunk would have been delivered. Over TLS several chunks may be received
 * before that.
 *
 * Only answers count as a sign of life, including one that is still arriving: a server may go on sending events although it no longer
 * answers requests.
 */
export class InboundFrames {
  readonly #handler: FrameHandler;
  readonly #reader = new FrameReader(maxHandshakeBytes);
  /** True if an answer was passed on whose callers may not have run yet: since the last event that waited for them. */
  #answered = false;
  /** An event that waits for those callers. */
  #heldEvent: Buffer | null = null;

  constructor(handler: FrameHandler) {
    this.#handler = handler;
  }

  /** Sets the maximum length of the frames that follow. */
  allow(maxBytes: number): void {
    this.#reader.maxBytes = maxBytes;
  }

  /** @throws {MalformedFrameError} for a frame of invalid length; and what the handler throws */
  receive(chunk: Buffer): void {
    this.#reader.push(chunk);
    if (this.#heldEvent === null) this.#deliver();
  }

  #deliver(): void {
    const handler = this.#handler;
    let isAlive = false;
    for (let frame = this.#next(); frame !== null; frame = this.#next()) {
      if (frame.length < xidEnd || !handler.isEvent(frame.readInt32BE(lengthBytes))) {
        if (!isAlive) handler.onAlive();
        isAlive = true;
        this.#answered = true;
        handler.onAnswer(frame);
      } else if (this.#answered) {
        this.#hold(frame);
        return;
      } else {
        handler.onEvent(frame);
      }
    }
    const { incompleteXid } = this.#reader;
    if (incompleteXid !== undefined && !handler.isEvent(incompleteXid)) handler.onAlive();
  }

  #next(): Buffer | null {
    const frame = this.#heldEvent;
    this.#heldEvent = null;
    return this.#handler.isOpen ? (frame ?? this.#reader.next()) : null;
  }

  #hold(event: Buffer): void {
    this.#heldEvent = event;
    afterMicrotasks(() => {
      this.#answered = false;
      this.#handler.guard(() => this.#deliver());
    });
  }
}

/** Runs a function when no microtask is left, including those added meanwhile. */
function afterMicrotasks(run: () => void): void {
  queueMicrotask(() => process.nextTick(run));
}
