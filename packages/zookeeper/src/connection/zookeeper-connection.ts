import type { Socket } from 'node:net';
import {
  badArguments,
  connectionLoss,
  type DisconnectCause,
  describeEnd,
  describeMalformed,
  describeSilence,
  InboundFrames,
  JuteReader,
  type Progress,
  readConnectReply,
  readReplyHeader,
  readWatchNotification,
  Watchdog,
  ZooKeeperError,
} from '@ndsr/zookeeper-common';
import type { SaslExchange } from '../sasl/sasl-exchange.js';
import { rearm } from '../watch/rearm.js';
import type { WatchKind } from '../watch/watch-table.js';
import { errorOf } from '../wire/error-names.js';
import { connectRequest } from '../wire/records.js';
import type { WireOperation } from '../wire/wire-operation.js';
import { authenticateBySasl } from './authenticate-by-sasl.js';
import { type Arming, Call } from './call.js';
import type { ConnectionOptions, WireListener } from './connection-options.js';
import { Outbox } from './outbox.js';
import { Pipeline } from './pipeline.js';
import { resubscribe } from './resubscribe.js';
import { handshakeOf } from './session-state.js';

type Stage = 'connecting' | 'handshaking' | 'authenticating' | 'resubscribing' | 'ready' | 'ended';

/** The number of frames that are watch events. */
const notificationXid = -1;
/** The servers end every session that does not authenticate by SASL: the answer to any request, a ping too. */
const requiresSasl = -124;
const lengthBytes = 4;

/** One connection, from the attempt to its end. Everything that comes over it is checked; what cannot be parsed ends it. */
export class ZooKeeperConnection {
  readonly #options: ConnectionOptions;
  readonly #socket: Socket;
  readonly #observer: WireListener;
  readonly #watchdog: Watchdog;
  readonly #outbox: Outbox;
  readonly #inbound: InboundFrames;
  readonly #pipeline: Pipeline;
  #stage: Stage = 'connecting';
  #progress: Progress = 'connecting';
  #isClosing = false;
  /** The number of the request that ends the session; null before it is sent. */
  #closingXid: number | null = null;
  #wasMalformed = false;
  /** True if an answer of the bytes that were received last has been reported. */
  #isConfirmed = false;
  #error: NodeJS.ErrnoException | null = null;
  /** The reason why it is closed from this side. */
  #reason: Error | null = null;

  constructor(options: ConnectionOptions) {
    const { transport, clock, handshakeTimeoutMs } = options;
    const { socket, openEvent } = transport;
    this.#options = options;
    this.#socket = socket;
    this.#observer = options.observer;
    this.#outbox = new Outbox(socket);
    this.#pipeline = new Pipeline(this.#outbox, () => this.#rejectedCredentials());
    this.#inbound = this.#frames();
    const probe = () => this.#pipeline.ping();
    this.#watchdog = new Watchdog({ clock, handshakeTimeoutMs, probe, onTimeout: () => this.#onTimeout() });
    socket.once('connect', () => {
      this.#progress = 'reached';
    });
    socket.once(openEvent, () => this.#guard(() => this.#startHandshake()));
    socket.on('data', (chunk) => this.#guard(() => this.#inbound.receive(chunk)));
    socket.on('error', (error) => {
      this.#error ??= error; // 'close' follows
    });
    socket.on('close', () => this.#end({ progress: this.#progress, error: this.#error }));
  }

  /** True while requests may be sent. */
  get ready(): boolean {
    return this.#stage === 'ready' && !this.#isClosing;
  }

  /** The time since the last answer, ms. */
  get quietMs(): number {
    return this.#watchdog.quietMs;
  }

  /**
   * Sends a request. Rejects at once unless `ready`, and with BAD_ARGUMENTS if it is longer than the servers accept.
   *
   * @param watch the path on which it arms a watch, and the kind of watch if there is such a node
   */
  call<Body, Reply>(
    operation: WireOperation<Body, Reply>,
    body: Body,
    watch?: { readonly path: string; readonly kind: WatchKind },
  ): Promise<Reply> {
    if (!this.ready) return Promise.reject(connectionLoss());
    return new Promise((resolve, reject) => {
      const call = new Call(operation, resolve, reject, watch && this.#arming(watch.path, watch.kind));
      try {
        this.#pipeline.send(operation, body, call);
      } catch (error) {
        call.fail(badArguments(error));
      }
    });
  }

  #arming(path: string, kind: WatchKind): Arming {
    const { watches } = this.#options;
    return { table: watches, pending: watches.beginRead(path), kind };
  }

  /** Sends credentials that were added after the handshake. The handshake sends those that were there before. */
  authenticate(digest: Buffer): void {
    if (this.#stage === 'resubscribing' || this.#stage === 'ready') this.#pipeline.authenticate(digest);
  }

  /** Rejects everything in flight, ends the session, now or after the handshake, and waits for the end of the connection. */
  async closeSession(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()));
    this.#isClosing = true;
    this.#pipeline.abandon();
    if (this.#stage === 'connecting') this.destroy();
    else if (this.#stage !== 'handshaking') this.#guard(() => this.#endSession());
    await closed;
  }

  /** Closes the connection. May be called again. */
  destroy(): void {
    this.#end(null);
  }

  #onTimeout(): void {
    this.#reason = describeSilence(this.#progress, this.quietMs);
    this.destroy();
  }

  #end(cause: DisconnectCause | null): void {
    if (this.#stage === 'ended') return;
    const { quietMs } = this;
    const error = this.#reason ?? describeEnd({ progress: this.#progress, error: this.#error });
    const end = { wasReady: this.#stage === 'ready', quietMs, cause, wasMalformed: this.#wasMalformed, error };
    this.#stage = 'ended';
    this.#watchdog.stop();
    this.#socket.destroy();
    this.#pipeline.abandon();
    this.#observer.ended(end);
  }

  /** An error that is thrown while a frame is handled concerns this connection only. */
  #guard(run: () => void): void {
    if (this.#stage === 'ended') return;
    try {
      run();
    } catch (error) {
      this.#fail(describeMalformed(this.#progress, error));
    }
  }

  /** Ends the connection. The next attempt comes after a growing pause, even if the connection could be used for other things. */
  #fail(reason: Error): void {
    if (this.#stage === 'ended') return;
    this.#wasMalformed = true;
    this.#reason = reason;
    this.#observer.fault(reason);
    this.destroy();
  }

  #startHandshake(): void {
    this.#progress = 'opened';
    this.#stage = 'handshaking';
    this.#watchdog.onAnswer();
    // Nothing follows it: a server that ends an expired session closes the connection, and unread bytes would make the network discard
    // its answer.
    this.#outbox.sendHandshake(connectRequest, handshakeOf(this.#options.session));
  }

  #frames(): InboundFrames {
    const isOpen = () => this.#stage !== 'ended' && !this.#socket.destroyed;
    return new InboundFrames({
      get isOpen() {
        return isOpen();
      },
      isEvent: (xid) => this.#stage !== 'handshaking' && xid === notificationXid,
      onEvent: (frame) => this.#onEvent(new JuteReader(frame, lengthBytes)),
      onAnswer: (frame) => {
        const reader = new JuteReader(frame, lengthBytes);
        if (this.#stage === 'handshaking') this.#onSession(reader);
        else this.#onAnswer(reader);
      },
      onAlive: () => {
        this.#isConfirmed = false;
        this.#watchdog.onAnswer();
      },
      guard: (run) => this.#guard(run),
    });
  }

  #onEvent(reader: JuteReader): void {
    readReplyHeader(reader);
    this.#options.watches.receive(readWatchNotification(reader));
  }

  /** The answer to the handshake. */
  #onSession(reader: JuteReader): void {
    const { session } = this.#options;
    const { timeoutMs, sessionId, password } = readConnectReply(reader);
    this.#progress = 'answered';
    // Some servers give another session in place of one that has expired.
    if (timeoutMs <= 0 || (session.id !== 0n && session.id !== sessionId)) {
      this.#expired();
    } else {
      Object.assign(session, { id: sessionId, timeoutMs, password: Buffer.from(password) });
      this.#established();
    }
  }

  #established(): void {
    const { sasl, maxReplyBytes } = this.#options;
    this.#inbound.allow(maxReplyBytes);
    this.#observer.established();
    this.#stage = 'authenticating';
    if (sasl === undefined) this.#authenticated();
    else void this.#authenticateBySasl(sasl);
  }

  /** Servers may require it, and then end the session at any other request, a ping too. */
  async #authenticateBySasl(exchange: SaslExchange): Promise<void> {
    try {
      await authenticateBySasl(exchange, this.#pipeline, () => this.#stage !== 'authenticating' || this.#isClosing);
      if (!this.#isClosing) this.#guard(() => this.#authenticated());
    } catch (error) {
      if (this.#stage === 'ended' || this.#isClosing) return;
      if (error instanceof ZooKeeperError) this.#rejectedCredentials(error);
      else this.#fail(new Error('the SASL exchange failed', { cause: error }));
    }
  }

  #authenticated(): void {
    const { session, digests, watches } = this.#options;
    this.#stage = 'resubscribing';
    this.#watchdog.established(session.timeoutMs);
    if (this.#isClosing) {
      this.#endSession();
    } else {
      for (const digest of digests) this.#pipeline.authenticate(digest);
      const refused = (cause: Error): void => {
        if (!this.#isClosing) this.#fail(new Error('the servers did not take the watches', { cause }));
      };
      resubscribe([...rearm(watches, session.lastZxid)], this.#pipeline, { done: () => this.#becomeReady(), refused });
    }
  }

  #becomeReady(): void {
    if (this.#isClosing) return;
    this.#stage = 'ready';
    this.#observer.ready();
  }

  /** An answer after the handshake. */
  #onAnswer(reader: JuteReader): void {
    const header = readReplyHeader(reader);
    if (header.zxid > 0n) this.#options.session.lastZxid = header.zxid;
    // When it is closing, the other requests in flight have been rejected.
    if (this.#isClosing) this.#onAnswerWhileClosing(header.xid);
    else if (header.errorNumber === requiresSasl) this.#rejectedCredentials(errorOf(header.errorNumber));
    else this.#pipeline.answer(header, reader);
    if (!this.#isConfirmed && this.#stage !== 'ended') {
      this.#isConfirmed = true;
      this.#observer.confirmed();
    }
  }

  #onAnswerWhileClosing(xid: number): void {
    if (xid === this.#closingXid) this.destroy();
  }

  #rejectedCredentials(cause?: Error): void {
    const refusal = new Error('the servers did not take the credentials', { cause });
    this.#observer.fault(refusal);
    this.#expired(refusal);
  }

  #expired(refusal?: Error): void {
    this.#observer.expired(refusal);
    this.destroy();
  }

  /** Drops the requests that wait behind a full socket: they have been rejected. */
  #endSession(): void {
    this.#outbox.discard();
    this.#closingXid = this.#pipeline.closeSession();
  }
}
