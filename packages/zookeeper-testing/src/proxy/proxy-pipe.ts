import type { Socket } from 'node:net';
import type { PipeRule } from './proxy-fault.js';

// So much may be held back before the sender is made to wait, as it would be by a real network with full buffers.
const HELD_BYTES_LIMIT = 8 * 1024 * 1024;

/** Something that one end sent: bytes, its end of stream, or a reset. All keep their order. */
type Chunk = { readonly arrivedAtMs: number } & (
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'end' }
  | { readonly kind: 'reset' }
);

/**
 * One direction of a proxied connection: takes what `from` sends and delivers it to `to` as the rule of the moment says.
 *
 * It always reads, also while it holds everything back, so that the end of `from` is seen when it happens.
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

  /** Changes the rule; it holds for what was kept back so far, too. */
  setRule(rule: PipeRule): void {
    this.#rule = rule;
    this.#deliverDue();
  }

  /** Forgets what is held back. */
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
    // Only when the kernel has the part: closing the socket earlier would throw it away.
    this.#to.write(part, () => this.#onCut());
  }

  #regulate(): void {
    if (this.#heldBytes + this.#to.writableLength > HELD_BYTES_LIMIT) this.#from.pause();
    else this.#from.resume();
  }
}

/** Closes `socket` with a TCP reset where it has a connection to reset. */
export function reset(socket: Socket): void {
  // Node cannot reset a socket while its end is under way: it would leave it open for good.
  const isEnding = socket.writableEnded && !socket.writableFinished;
  if (socket.connecting || isEnding) socket.destroy();
  else if (!socket.destroyed) socket.resetAndDestroy();
}
