import type { Socket } from 'node:net';
import type { PipeRule } from './proxy-fault.js';

// How much is held back before the sender has to wait, as on a real network with full buffers.
const HELD_BYTES_LIMIT = 8 * 1024 * 1024;

/** Something that one end sent: bytes, its end of stream, or a reset. The order is kept. */
type Chunk = { readonly arrivedAtMs: number } & (
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'end' }
  | { readonly kind: 'reset' }
);

/**
 * One direction of a proxied connection: receives from `from` and delivers to `to` according to the current rule.
 *
 * It always reads, also while it holds back everything, so that the end of `from` is noticed when it happens.
 */
export class ProxyPipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #onCut: () => void;
  #rule: PipeRule;
  #chunks: Chunk[] = [];
  #heldBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param onCut runs when a `cut` rule has delivered its part */
  constructor(from: Socket, to: Socket, rule: PipeRule, onCut: () => void) {
    this.#from = from;
    this.#to = to;
    this.#rule = rule;
    this.#onCut = onCut;
    from.on('data', (bytes: Buffer) => this.#receive({ kind: 'bytes', bytes, arrivedAtMs: performance.now() }));
    from.on('end', () => this.#receive({ kind: 'end', arrivedAtMs: performance.now() }));
    from.on('error', () => this.#receive({ kind: 'reset', arrivedAtMs: performance.now() }));
    to.on('drain', () => this.#regulate());
    to.on('close', () => this.discard());
  }

  /** Changes the rule, which also applies to data that was held back so far. */
  setRule(rule: PipeRule): void {
    this.#rule = rule;
    this.#deliverDue();
  }

  /** Drops the data that is held back. */
  discard(): void {
    clearTimeout(this.#timer);
    this.#chunks = [];
    this.#heldBytes = 0;
    this.#regulate();
  }

  #receive(chunk: Chunk): void {
    this.#chunks.push(chunk);
    if (chunk.kind === 'bytes') this.#heldBytes += chunk.bytes.length;
    this.#deliverDue();
  }

  #deliverDue(): void {
    clearTimeout(this.#timer);
    while (this.#rule.kind !== 'hold') {
      const [next] = this.#chunks;
      if (next === undefined) break;
      const waitMs = this.#rule.kind === 'flow' ? next.arrivedAtMs + this.#rule.delayMs - performance.now() : 0;
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#deliverDue(), waitMs);
        break;
      }
      this.#chunks.shift();
      this.#deliver(next);
    }
    this.#regulate();
  }

  #deliver(chunk: Chunk): void {
    if (chunk.kind === 'bytes') this.#heldBytes -= chunk.bytes.length;
    if (chunk.kind === 'reset') reset(this.#to);
    // When the receiver has gone, what was under way to it is lost, as on a real network.
    else if (!this.#to.writable) return;
    else if (chunk.kind === 'end') this.#to.end();
    else if (this.#rule.kind === 'cut') this.#deliverPart(chunk.bytes, this.#rule.afterBytes);
    else this.#to.write(chunk.bytes);
  }

  #deliverPart(bytes: Buffer, afterBytes: number): void {
    const part = bytes.subarray(0, afterBytes);
    if (part.length < afterBytes) {
      this.#rule = { kind: 'cut', afterBytes: afterBytes - part.length };
      this.#to.write(part);
      return;
    }
    this.#rule = { kind: 'hold' };
    // Only once the kernel has the part: closing the socket earlier would discard it.
    this.#to.write(part, () => this.#onCut());
  }

  #regulate(): void {
    if (this.#heldBytes + this.#to.writableLength > HELD_BYTES_LIMIT) this.#from.pause();
    else this.#from.resume();
  }
}

/** Closes `socket` with a TCP reset if it has a connection to reset. */
export function reset(socket: Socket): void {
  // Node cannot reset a socket while it is ending: the socket would stay open forever.
  const isEnding = socket.writableEnded && !socket.writableFinished;
  if (socket.connecting || isEnding) socket.destroy();
  else if (!socket.destroyed) socket.resetAndDestroy();
}
