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
} from '@ndsr/zookeeper-common';
import { rearm, type WatchBatch } from '../watch/rearm.js';
import type { WatchKind } from '../watch/watch-table.js';
import { type Operation, operations } from '../wire/operations.js';
import { connectRequest } from '../wire/records.js';
import { type Arming, Call } from './call.js';
import type { ConnectionObserver, ConnectionOptions } from './connection-options.js';
import { Outbox } from './outbox.js';
import { Pipeline } from './pipeline.js';

type Stage = 'connecting' | 'handshaking' | 'resubscribing' | 'ready' | 'ended';

/** The number of frames that are watch events. */
const notificationXid = -1;
const lengthBytes = 4;

/** One connection, from the attempt to its end. Everything that comes over it is checked; what cannot be parsed ends it. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #socket: Socket;
  readonly #observer: ConnectionObserver;
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
    operation: Operation<Body, Reply>,
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

  /** Whatever is thrown while a frame is handled concerns this connection only. */
  #guard(run: () => void): void {
    if (this.#stage === 'ended') return;
    try {
      run();
    } catch (error) {
      this.#wasMalformed = true;
      this.#reason = describeMalformed(this.#progress, error);
      this.#observer.fault(this.#reason);
      this.destroy();
    }
  }

  #startHandshake(): void {
    const { id, password, timeoutMs, lastZxid } = this.#options.session;
    this.#progress = 'opened';
    this.#stage = 'handshaking';
    this.#watchdog.onAnswer();
    // Nothing follows it: a server that ends an expired session closes the connection, and unread bytes would make the network discard
    // its answer.
    this.#outbox.sendHandshake(connectRequest, {
      protocolVersion: 0,
      lastZxidSeen: lastZxid,
      timeOut: timeoutMs,
      sessionId: id,
      passwd: password,
      readOnly: false,
    });
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
    const { session, digests, watches, maxReplyBytes } = this.#options;
    this.#inbound.allow(maxReplyBytes);
    this.#stage = 'resubscribing';
    this.#watchdog.established(session.timeoutMs);
    this.#observer.established();
    if (this.#isClosing) {
      this.#endSession();
    } else {
      for (const digest of digests) this.#pipeline.authenticate(digest);
      this.#rearm([...rearm(watches, session.lastZxid)]);
    }
  }

  #rearm(batches: readonly WatchBatch[]): void {
    let left = batches.length;
    const resolve = (): void => {
      left -= 1;
      if (left === 0) this.#becomeReady();
    };
    const reject = (cause: Error): void => this.#onRefusedWatches(cause);
    for (const batch of batches) {
      this.#pipeline.send(operations.setWatches, batch, new Call(operations.setWatches, resolve, reject));
    }
    if (left === 0) this.#becomeReady();
  }

  #onRefusedWatches(cause: Error): void {
    if (this.#isClosing) return;
    this.#guard(() => {
      throw new Error('the servers did not take the watches', { cause });
    });
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
    if (!this.#isClosing) this.#pipeline.answer(header, reader);
    else if (header.xid === this.#closingXid) this.destroy();
    if (!this.#isConfirmed && this.#stage !== 'ended') {
      this.#isConfirmed = true;
      this.#observer.confirmed();
    }
  }

  #rejectedCredentials(): void {
    const refusal = new Error('the servers did not take the credentials');
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
