import { connect, type Socket } from 'node:net';
import { type Address, formatHostPort } from '../port/address.js';
import { ProxiedConnection } from './proxied-connection.js';
import type { Direction, ProxyFault } from './proxy-fault.js';
import { ProxyListener } from './proxy-listener.js';

// A ZooKeeper frame is its length in four bytes and then the body: the reader learns the length and waits for a body
// that never arrives.
const CUT_AFTER_BYTES = 6;
const PASS: ProxyFault = { kind: 'pass' };

/** Addresses of the proxy and of its server. */
export interface FaultProxyOptions {
  /** The server to forward connections to; a `ZooKeeperServer` will do. */
  readonly upstream: Address;
  /** The address to listen on. @default '127.0.0.1' */
  readonly host?: '127.0.0.1' | '::1';
  /** @default a free one */
  readonly port?: number;
}

/** How to end connections. */
export interface CutOptions {
  /** Close with a TCP reset instead of an orderly end. @default false */
  readonly reset?: boolean;
}

/** The connections and directions to hold back. */
export interface StallOptions {
  /** @default 'both' */
  readonly direction?: Direction | 'both';
  /** Stall the connections that are open now, and pass new ones. @default false */
  readonly existingOnly?: boolean;
}

/** Where in a frame to end connections. */
export interface CutMidFrameOptions {
  /** @default 'to-client' */
  readonly direction?: Direction;
  /**
   * How many bytes of each connection to forward before it is cut, 1 or more. @default 6, a frame's length and two
   * bytes of its body
   */
  readonly afterBytes?: number;
  /** Cut the connections that are open now, and pass new ones. @default false */
  readonly existingOnly?: boolean;
}

/**
 * A TCP proxy in front of one server that injects faults on demand.
 *
 * One fault is in effect at a time, from when its call resolves until the next call replaces it. It applies to open and
 * new connections. If the upstream cannot be reached, a client's connection is accepted and then reset.
 * After `close()` the faults reject.
 */
export class FaultProxy implements AsyncDisposable {
  readonly #listener: ProxyListener;
  readonly #connections = new Set<ProxiedConnection>();
  #upstream: Address;
  #fault = PASS;
  #accepted = 0;
  #closed = false;

  private constructor(listener: ProxyListener, upstream: Address) {
    this.#listener = listener;
    this.#upstream = upstream;
    listener.onClient((client) => this.#admit(client));
  }

  /**
   * Listens, and forwards everything.
   *
   * @throws {Error} the given port is taken
   */
  static async open({ upstream, host = '127.0.0.1', port }: FaultProxyOptions): Promise<FaultProxy> {
    return new FaultProxy(await ProxyListener.open(host, port), upstream);
  }

  /** The host that clients connect to. */
  get host(): string {
    return this.#listener.host;
  }

  /** The port that clients connect to. */
  get port(): number {
    return this.#listener.port;
  }

  /** `127.0.0.1:2181` or `[::1]:2181`. */
  get address(): string {
    return formatHostPort(this);
  }

  /** The number of connections whose client still has its end open; one that gave up while stalled no longer counts. */
  get connections(): number {
    return [...this.#connections].filter((connection) => connection.isClientOpen).length;
  }

  /** The number of connections accepted so far, including those closed at once. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Forwards everything immediately, data that was held back first. */
  pass(): Promise<void> {
    return this.#impose(PASS);
  }

  /**
   * Acts like a server that died: resets all connections and stops listening. The port stays reserved, and the proxy
   * listens on it again at the next call.
   */
  refuse(): Promise<void> {
    return this.#impose({ kind: 'refuse' });
  }

  /**
   * Acts like a port with a dead service behind a load balancer: closes all connections, accepts new ones and closes
   * them at once.
   */
  acceptAndDrop(): Promise<void> {
    return this.#impose({ kind: 'accept-and-drop' });
  }

  /** Closes all open connections now; data that was held back is lost. New ones pass. */
  cut({ reset = false }: CutOptions = {}): Promise<void> {
    this.#cutAll(reset ? 'reset' : 'end');
    return this.#impose(PASS);
  }

  /**
   * Acts like a network that drops everything: sockets stay open and nothing arrives, not even the end of a connection.
   */
  stall({ direction = 'both', existingOnly = false }: StallOptions = {}): Promise<void> {
    return this.#impose({ kind: 'stall', direction }, existingOnly);
  }

  /**
   * Delivers everything `delayMs` late, in each direction, in order.
   *
   * @throws {TypeError} `delayMs` is not 0 or more
   */
  async delay(delayMs: number): Promise<void> {
    if (!(delayMs >= 0)) throw new TypeError(`delayMs must be 0 or more, not ${delayMs}`);
    await this.#impose({ kind: 'delay', delayMs });
  }

  /**
   * Forwards the next bytes in one direction, then closes the connection.
   *
   * Counts bytes from the call on and reads no frames; a server that is not in the middle of an answer starts a new
   * frame then.
   *
   * @throws {TypeError} `afterBytes` is not an integer of 1 or more
   */
  async cutMidFrame(options: CutMidFrameOptions = {}): Promise<void> {
    const { direction = 'to-client', afterBytes = CUT_AFTER_BYTES, existingOnly = false } = options;
    if (!Number.isInteger(afterBytes) || afterBytes < 1) {
      throw new TypeError(`afterBytes must be an integer of 1 or more, not ${afterBytes}`);
    }
    await this.#impose({ kind: 'cut-mid-frame', direction, afterBytes }, existingOnly);
  }

  /** Forwards new connections to another server; open ones stay where they are. */
  retarget(upstream: Address): void {
    this.#upstream = upstream;
  }

  /** Stops listening and closes all connections. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#listener.close();
    this.#cutAll('end');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #impose(fault: ProxyFault, existingOnly = false): Promise<void> {
    if (this.#closed) throw new Error(`the fault proxy ${this.address} is closed`);
    this.#fault = existingOnly ? PASS : fault;
    if (fault.kind === 'refuse') this.#cutAll('reset');
    else if (fault.kind === 'accept-and-drop') this.#cutAll('end');
    else for (const connection of this.#connections) connection.apply(fault);
    if (fault.kind === 'refuse') this.#listener.shut();
    else await this.#listener.reopen();
  }

  #cutAll(how: 'end' | 'reset'): void {
    for (const connection of this.#connections) connection.cut(how);
  }

  #admit(client: Socket): void {
    this.#accepted++;
    if (this.#fault.kind === 'accept-and-drop') {
      client.destroy();
      return;
    }
    const { host, port } = this.#upstream;
    const server = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const connection = new ProxiedConnection(client, server, this.#fault, () => this.#connections.delete(connection));
    this.#connections.add(connection);
  }
}
