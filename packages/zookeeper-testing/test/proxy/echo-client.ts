import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'vitest';
import type { Address } from '../../src/port/address.js';

/** A client that records the received text and how its connection ended. */
export class EchoClient implements Disposable {
  received = '';
  state: 'open' | 'ended' | 'ECONNRESET' | 'ECONNREFUSED' | string = 'open';
  readonly #socket: Socket;

  constructor({ host, port }: Address) {
    this.#socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
    this.#socket.on('data', (bytes: Buffer) => {
      this.received += bytes.toString();
    });
    this.#socket.on('end', () => {
      this.state = 'ended';
    });
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      this.state = error.code ?? error.message;
    });
  }

  /** Resolves once the TCP connection is established. */
  static async connect(address: Address): Promise<EchoClient> {
    const client = new EchoClient(address);
    await once(client.#socket, 'connect');
    return client;
  }

  send(text: string): void {
    this.#socket.write(text);
  }

  /** Ends the sending half; still reads. */
  end(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** Resolves once everything received so far is `text`. */
  async receives(text: string): Promise<void> {
    await expect.poll(() => this.received, POLL).toBe(text);
  }

  async becomes(state: string): Promise<void> {
    await expect.poll(() => this.state, POLL).toBe(state);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

/** The machine may be slow; a test that passes does not wait. */
export const POLL = { timeout: 60_000, interval: 5 };
