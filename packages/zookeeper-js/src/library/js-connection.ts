import type { Socket } from 'node:net';
import type { Clock } from '@ndsr/core/backend';
import {
  type ConnectionEnd,
  type DisconnectCause,
  describeEnd,
  describeMalformed,
  describeSilence,
  InboundFrames,
  MalformedFrameError,
  type Progress,
  type Transport,
  Watchdog,
} from '@ndsr/zookeeper-common';
import { checkHandshake, checkReply } from './frame-check.js';
import { Handshake } from './handshake.js';
import { type ConnectionManager, libraryStates } from './library-types.js';
import { authRequest, pingRequest } from './raw-request.js';

/** Receives the events of a connection. */
export interface JsConnectionObserver {
  /** The servers gave or renewed the session. */
  established(): void;
  /** The servers answered a request after the handshake. */
  confirmed(): void;
  /** Requests may be sent. */
  ready(): void;
  fault(error: Error): void;
  /** The session is over: the servers expired or replaced it, or rejected the credentials (`refusal`). The connection ends next. */
  expired(refusal?: Error): void;
  /** Always the last event, exactly once. */
  ended(end: ConnectionEnd): void;
}

export interface JsConnectionOptions {
  readonly manager: ConnectionManager;
  readonly transport: Pick<Transport, 'socket' | 'openEvent'>;
  readonly clock: Clock;
  readonly handshakeTimeoutMs: number;
  /** The paths of recursive watches when the connection begins. */
  readonly recursive: ReadonlySet<string>;
  /** The maximum length of a reply, in bytes. */
  readonly maxReplyBytes: number;
  readonly observer: JsConnectionObserver;
}

type Stage =
  | { readonly name: 'connecting' | 'ready' | 'ended' }
  | { readonly name: 'handshaking' | 'resubscribing'; readonly handshake: Handshake };

/** The xid of watch events; other frames have the number of their request, or another negative number. */
const notificationXid = -1;

/**
 * One connection, from the attempt to its end. Sits between the socket and the library's socket handlers: passes them
 * whole frames, then checks what they did with each, and closes the connection when they throw.
 */
export class JsConnection {
  readonly #manager: ConnectionManager;
  readonly #socket: Socket;
  readonly #observer: JsConnectionObserver;
  readonly #watchdog: Watchdog;
  readonly #recursive: ReadonlySet<string>;
  /** The session to resume; zeros for a new one. */
  readonly #resumedId: Buffer;
  readonly #inbound: InboundFrames;
  readonly #maxReplyBytes: number;
  #stage: Stage = { name: 'connecting' };
  #isClosing = false;
  #wasMalformed = false;
  #progress: Progress = 'connecting';
  #error: NodeJS.ErrnoException | null = null;
  /** The reason why it is closed from this side. */
  #reason: Error | null = null;

  constructor({
    manager,
    transport,
    clock,
    handshakeTimeoutMs,
    recursive,
    maxReplyBytes,
    observer,
  }: JsConnectionOptions) {
    const { socket, openEvent } = transport;
    this.#manager = manager;
    this.#socket = socket;
    this.#observer = observer;
    this.#recursive = recursive;
    this.#maxReplyBytes = maxReplyBytes;
    this.#resumedId = Buffer.from(manager.sessionId);
    this.#inbound = this.#frames();
    const probe = () => this.#guard(() => manager.queue(pingRequest()));
    this.#watchdog = new Watchdog({ clock, handshakeTimeoutMs, probe, onTimeout: () => this.#onTimeout() });
    manager.socket = socket;
    manager.onSocketTimeout = () => undefined; // its ping; ours do not wait until the socket is idle
    manager.pendingBuffer = null;
    manager.setState(libraryStates.connecting);
    socket.once('connect', () => {
      this.#progress = 'reached';
    });
    socket.once(openEvent, () => this.#guard(() => this.#startHandshake()));
    socket.on('data', (chunk) => this.#guard(() => this.#inbound.receive(chunk)));
    socket.on('drain', () => this.#guard(() => manager.onSocketDrain()));
    socket.on('error', (error) => {
      this.#error ??= error; // 'close' follows
    });
    socket.on('close', () => this.#end({ progress: this.#progress, error: this.#error }));
  }

  get ready(): boolean {
    return this.#stage.name === 'ready';
  }

  /** The time since the last answer, ms. */
  get quietMs(): number {
    return this.#watchdog.quietMs;
  }

  /**
   * Sends credentials that were added during the handshake: the library, which has them too, sends them
   * by itself only while it is connected, and at the beginning of each connection.
   */
  authenticate(digest: Buffer): void {
    if (this.#stage.name !== 'handshaking') return;
    this.#manager.packetQueue.queue.push({ request: authRequest(digest), callback: () => undefined });
  }

  /** Closes the session, now or after the handshake, and waits for the end of the connection. */
  async closeSession(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()));
    this.#isClosing = true;
    if (this.#stage.name === 'connecting') this.destroy();
    else if (this.#stage.name !== 'handshaking') this.#guard(() => this.#endSession());
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
    if (this.#stage.name === 'ended') return;
    const { quietMs } = this;
    const error = this.#reason ?? describeEnd({ progress: this.#progress, error: this.#error });
    const end = { wasReady: this.ready, quietMs, cause, wasMalformed: this.#wasMalformed, error };
    this.#stage = { name: 'ended' };
    this.#watchdog.stop();
    this.#socket.destroy();
    this.#manager.pendingQueue = [];
    this.#manager.packetQueue.queue = [];
    this.#manager.setState(libraryStates.disconnected);
    this.#observer.ended(end);
  }

  /** The library throws on unknown values; uncaught, that would end the process. */
  #guard(run: () => void): void {
    if (this.#stage.name === 'ended') return;
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
    this.#progress = 'opened';
    this.#watchdog.onAnswer();
    this.#stage = { name: 'handshaking', handshake: new Handshake(this.#manager, this.#recursive) };
  }

  /**
   * The connection may break while a frame waits, for example by a failed write; the 'close' event follows. What the library would then
   * do to a destroyed socket would look like malformed data from the servers.
   */
  #frames(): InboundFrames {
    const isOpen = () => this.#stage.name !== 'ended' && !this.#socket.destroyed;
    const onFrame = (frame: Buffer) => this.#handle(frame);
    return new InboundFrames({
      get isOpen() {
        return isOpen();
      },
      isEvent: (xid) => this.#isEvent(xid),
      onAnswer: onFrame,
      onEvent: onFrame,
      onAlive: () => this.#watchdog.onAnswer(),
      guard: (run) => this.#guard(run),
    });
  }

  #handle(frame: Buffer): void {
    this.#check(frame);
    this.#manager.onSocketData(frame);
    this.#inspect();
  }

  #isEvent(xid: number): boolean {
    return this.#stage.name !== 'handshaking' && xid === notificationXid;
  }

  /** The library trusts every count and length. */
  #check(frame: Buffer): void {
    if (this.#stage.name === 'handshaking') checkHandshake(frame);
    else checkReply(frame, this.#manager.pendingQueue[0]?.request.header);
  }

  /** Acts on what the library made of a frame. */
  #inspect(): void {
    if (this.#stage.name === 'ended') return;
    if (this.#socket.destroyed) throw new MalformedFrameError('an answer to no request of ours');
    this.#progress = 'answered';
    if (this.#manager.state === libraryStates.expired || this.#isReplaced) this.#expired();
    else if (this.#manager.state === libraryStates.authFailed) this.#rejectedCredentials();
    else if (this.#stage.name === 'handshaking') this.#established(this.#stage.handshake);
    else this.#confirmed();
  }

  /** The servers gave another session than the requested one: that one has expired, although no answer says so. */
  get #isReplaced(): boolean {
    const { sessionId } = this.#manager;
    return this.#resumedId.some((byte) => byte !== 0) && !this.#resumedId.equals(sessionId);
  }

  #established(handshake: Handshake): void {
    this.#stage = { name: 'resubscribing', handshake };
    this.#inbound.allow(this.#maxReplyBytes);
    this.#watchdog.established(this.#manager.sessionTimeout);
    this.#observer.established();
    if (this.#isClosing) this.#endSession();
    else this.#becomeReady();
  }

  #confirmed(): void {
    this.#observer.confirmed();
    this.#becomeReady();
  }

  #becomeReady(): void {
    if (this.#stage.name !== 'resubscribing' || this.#isClosing || !this.#stage.handshake.done) return;
    this.#stage = { name: 'ready' };
    this.#observer.ready();
  }

  #expired(refusal?: Error): void {
    this.#observer.expired(refusal);
    this.destroy();
  }

  #rejectedCredentials(): void {
    const refusal = new Error('the servers did not take the credentials');
    this.#observer.fault(refusal);
    this.#expired(refusal);
  }

  /** Drops the requests that wait behind a full socket: their promises have been rejected. */
  #endSession(): void {
    this.#manager.packetQueue.queue = [];
    this.#manager.close();
  }
}
