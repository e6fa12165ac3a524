import type { Socket } from 'node:net';
import type { JuteType } from '../wire/jute-types.js';
import { RequestWriter } from '../wire/request-writer.js';

/**
 * Sends the requests of one turn of the event loop in one system call, which costs more than a request. While the socket is full,
 * they are kept here.
 */
export class Outbox {
  readonly #socket: Socket;
  readonly #writer = new RequestWriter();
  #isScheduled = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('drain', () => this.#flush());
  }

  /** Sends the handshake at once. */
  sendHandshake<T>(body: JuteType<T>, value: T): void {
    this.#writer.addHandshake(body, value);
    this.#flush();
  }

  /**
   * Sends a request at the end of the turn.
   * @throws {RangeError} if it is longer than the servers accept; then nothing is sent
   */
  send<T>(xid: number, opCode: number, body: JuteType<T>, value: T): void {
    this.#writer.add(xid, opCode, body, value);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // After all promise callbacks, which may send further requests.
    process.nextTick(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  /** Discards the requests that have not been passed to the socket. */
  discard(): void {
    this.#writer.discard();
  }

  #flush(): void {
    if (this.#writer.isEmpty || this.#socket.writableNeedDrain || !this.#socket.writable) return;
    const bytes = this.#writer.take();
    this.#socket.write(bytes, () => this.#writer.release(bytes));
  }
}
