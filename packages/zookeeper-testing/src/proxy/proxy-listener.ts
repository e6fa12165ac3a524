import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryToListen } from '../port/listening.js';
import { ReservedPort } from '../port/reserved-port.js';

const REOPEN_TIMEOUT_MS = 5_000;
const RETRY_INTERVAL_MS = 25;

/**
 * The listening side of a proxy: it can stop listening, so that connections are refused, and listen again on the same
 * port.
 */
export class ProxyListener {
  readonly host: string;
  readonly port: number;
  readonly #server: Server;
  /** Keeps the port reserved while the listener is shut; undefined for a port that the caller has chosen. */
  readonly #reserved: ReservedPort | undefined;
  #wanted: 'open' | 'shut' = 'open';
  #reopening: Promise<void> | undefined;

  private constructor(server: Server, host: string, port: number, reserved?: ReservedPort) {
    this.#server = server;
    this.host = host;
    this.port = port;
    this.#reserved = reserved;
  }

  /** @param port @default a free one, reserved until the listener is closed */
  static async open(host: string, port?: number): Promise<ProxyListener> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const reserved = port === undefined ? await ReservedPort.reserve(host) : undefined;
    const chosen = port ?? reserved?.port ?? 0;
    if (await tryToListen(server, chosen, host)) return new ProxyListener(server, host, chosen, reserved);
    reserved?.release();
    throw new Error(`port ${chosen} of ${host} is taken`);
  }

  onClient(listener: (client: Socket) => void): void {
    this.#server.on('connection', listener);
  }

  /** Stops listening at once; accepted connections stay. */
  shut(): void {
    this.#wanted = 'shut';
    if (this.#server.listening) this.#server.close();
  }

  /** Shuts it for good and releases the port. */
  close(): void {
    this.shut();
    this.#reserved?.release();
  }

  /**
   * Listens again. Resolves once it does, or once it was shut again in the meantime.
   *
   * @throws {Error} another program has taken the port and keeps it
   */
  async reopen(): Promise<void> {
    this.#wanted = 'open';
    if (this.#server.listening) return;
    this.#reopening ??= this.#listenAgain();
    await this.#reopening;
  }

  async #listenAgain(): Promise<void> {
    const deadlineMs = performance.now() + REOPEN_TIMEOUT_MS;
    try {
      while (!(await tryToListen(this.#server, this.port, this.host)) && this.#wanted === 'open') {
        if (performance.now() > deadlineMs)
          throw new Error(`another program took port ${this.port} of the fault proxy`);
        await sleep(RETRY_INTERVAL_MS);
      }
      // It may have been shut when it was about to listen.
      if (this.#wanted === 'shut') this.shut();
    } finally {
      this.#reopening = undefined;
    }
  }
}
