import type { Socket } from 'node:net';
import type { Clock } from '@ndsr/core/backend';
import { FrameReader, MalformedFrameError } from '@ndsr/zookeeper-common';
import { describeEnd, describeMalformed, describeSilence } from './end-reason.js';
import { checkGreeting, checkReply } from './frame-check.js';
import { Handshake } from './handshake.js';
import { type ConnectionManager, states } from './library-types.js';
import type { Breach, Line, Progress } from './line.js';
import { authRequest, pingRequest } from './raw-request.js';
import { Watchdog } from './watchdog.js';

/** What becomes of a connection. */
export interface ConnectionObserver {
  /** The servers gave or renewed the session. */
  established(): void;
  /** They answered something beyond the handshake. */
  proven(): void;
  /** Requests may be sent. */
  ready(): void;
  fault(error: Error): void;
  /** The session is over: the servers ended or replaced it, or did not accept what `refusal` says. The connection ends next. */
  expired(refusal?: Error): void;
  /** Always the last, once. */
  ended(end: ConnectionEnd): void;
}

export interface ConnectionEnd {
  readonly wasReady: boolean;
  /** How long no answer had come by then. */
  readonly quietMs: number;
  /** Null where it was ended here: by the watchdog, by nonsense that came, on leaving. */
  readonly breach: Breach | null;
  /** Whether it was ended for what came over it. */
  readonly wasMalformed: boolean;
  /** Why it ended. */
  readonly error: Error;
}

export interface ConnectionOptions {
  readonly manager: ConnectionManager;
  readonly line: Pick<Line, 'socket' | 'opened'>;
  readonly clock: Clock;
  readonly patienceMs: number;
  /** Paths of recursive watches, as they are when the connection begins. */
  readonly recursive: ReadonlySet<string>;
  /** The longest reply that is accepted. */
  readonly maxReplyBytes: number;
  readonly observer: ConnectionObserver;
}

type Stage =
  | { readonly name: 'dialling' | 'ready' | 'ended' }
  | { readonly name: 'greeting' | 'arming'; readonly handshake: Handshake };

/** A watch event, where every other frame has the number of its request or another negative one. */
const notificationXid = -1;

/** A session takes 41 bytes. Nobody who has not given one yet may fill the memory. */
const longestGreetingBytes = 1024;

/**
 * One connection, from the dial to its end. Stands between the socket and the library's socket handlers: hands them
 * whole frames, looks afterwards at what they made of it, and breaks the connection when they throw.
 */
export class Connection {
  readonly #manager: ConnectionManager;
  readonly #socket: Socket;
  readonly #observer: ConnectionObserver;
  readonly #watchdog: Watchdog;
  readonly #recursive: ReadonlySet<string>;
  /** The session to go on with; zeros for a new one. */
  readonly #resumedId: Buffer;
  readonly #reader = new FrameReader(longestGreetingBytes);
  readonly #maxReplyBytes: number;
  #stage: Stage = { name: 'dialling' };
  #leaving = false;
  #wasMalformed = false;
  #progress: Progress = 'dialled';
  #error: NodeJS.ErrnoException | null = null;
  /** Why it is ended by us. */
  #reason: Error | null = null;
  /** Whether an answer was given whose receiver has not run yet. */
  #answered = false;
  /** An event that waits for those receivers. */
  #held: Buffer | null = null;

  constructor({ manager, line, clock, patienceMs, recursive, maxReplyBytes, observer }: ConnectionOptions) {
    const { socket, opened } = line;
    this.#manager = manager;
    this.#socket = socket;
    this.#observer = observer;
    this.#recursive = recursive;
    this.#maxReplyBytes = maxReplyBytes;
    this.#resumedId = Buffer.from(manager.sessionId);
    const probe = () => this.#guard(() => manager.queue(pingRequest()));
    this.#watchdog = new Watchdog({ clock, patienceMs, probe, bark: () => this.#giveUp() });
    manager.socket = socket;
    manager.onSocketTimeout = () => undefined; // its ping; ours do not wait until the socket is idle
    manager.pendingBuffer = null;
    manager.setState(states.connecting);
    socket.once('connect', () => {
      this.#progress = 'reached';
    });
    socket.once(opened, () => this.#guard(() => this.#greet()));
    socket.on('data', (chunk) => this.#guard(() => this.#read(chunk)));
    socket.on('drain', () => this.#guard(() => manager.onSocketDrain()));
    socket.on('error', (error) => {
      this.#error ??= error; // 'close' follows
    });
    socket.on('close', () => this.#end({ progress: this.#progress, error: this.#error }));
  }

  get ready(): boolean {
    return this.#stage.name === 'ready';
  }

  /** For how long no answer has come. */
  get quietMs(): number {
    return this.#watchdog.quietMs;
  }

  /**
   * Sends credentials that came when the handshake was on its way: the library, which has been told of them too, sends them
   * by itself only where it is connected, and at the beginning of each connection.
   */
  authenticate(digest: Buffer): void {
    if (this.#stage.name !== 'greeting') return;
    this.#manager.packetQueue.queue.push({ request: authRequest(digest), callback: () => undefined });
  }

  /** Ends the session, now or when the handshake is done, and waits for the end of the connection. */
  async leave(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()));
    this.#leaving = true;
    if (this.#stage.name === 'dialling') this.destroy();
    else if (this.#stage.name !== 'greeting') this.#guard(() => this.#endSession());
    await closed;
  }

  /** Ends the connection. May be called again. */
  destroy(): void {
    this.#end(null);
  }

  /** No answer comes any more. */
  #giveUp(): void {
    this.#reason = describeSilence(this.#progress, this.quietMs);
    this.destroy();
  }

  #end(breach: Breach | null): void {
    if (this.#stage.name === 'ended') return;
    const { quietMs } = this;
    const error = this.#reason ?? describeEnd({ progress: this.#progress, error: this.#error });
    const end = { wasReady: this.ready, quietMs, breach, wasMalformed: this.#wasMalformed, error };
    this.#stage = { name: 'ended' };
    this.#watchdog.stop();
    this.#socket.destroy();
    this.#manager.pendingQueue = [];
    this.#manager.packetQueue.queue = [];
    this.#manager.setState(states.disconnected);
    this.#observer.ended(end);
  }

  /** The library throws on what it does not know; uncaught, that would end the process. */
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

  #greet(): void {
    this.#progress = 'opened';
    this.#watchdog.heard();
    this.#stage = { name: 'greeting', handshake: new Handshake(this.#manager, this.#recursive) };
  }

  #read(chunk: Buffer): void {
    this.#reader.push(chunk);
    this.#answered = false;
    if (this.#held === null) this.#handle();
  }

  /**
   * Events must not overtake answers: a promise that is resolved here runs what waits for it only after this function,
   * when an event of the same chunk would have been told of already. Only answers are a sign of life, also one that is still
   * coming in: events may go on where no request is answered any more.
   */
  #handle(): void {
    for (let frame = this.#next(); frame !== null; frame = this.#next()) {
      const event = frame.length >= 8 && this.#isEvent(frame.readInt32BE(4));
      if (event && this.#answered) {
        this.#held = frame;
        afterMicrotasks(() => this.#guard(() => this.#resume()));
        return;
      }
      if (!event) {
        this.#answered = true;
        this.#watchdog.heard();
      }
      this.#check(frame);
      this.#manager.onSocketData(frame);
      this.#look();
    }
    const { incompleteXid } = this.#reader;
    if (incompleteXid !== undefined && !this.#isEvent(incompleteXid)) this.#watchdog.heard();
  }

  #next(): Buffer | null {
    const frame = this.#held;
    this.#held = null;
    // Broken while a frame waited, by a request that failed as it was sent for one: 'close' is about to say so. What the
    // library then does to a destroyed socket would look like nonsense from the servers.
    if (this.#stage.name === 'ended' || this.#socket.destroyed) return null;
    return frame ?? this.#reader.next();
  }

  #resume(): void {
    this.#answered = false;
    this.#handle();
  }

  #isEvent(xid: number): boolean {
    return this.#stage.name !== 'greeting' && xid === notificationXid;
  }

  /** The library trusts every count and length. */
  #check(frame: Buffer): void {
    if (this.#stage.name === 'greeting') checkGreeting(frame);
    else checkReply(frame, this.#manager.pendingQueue[0]?.request.header);
  }

  /** What a frame has changed. */
  #look(): void {
    if (this.#stage.name === 'ended') return;
    if (this.#socket.destroyed) throw new MalformedFrameError('an answer to no request of ours');
    this.#progress = 'answered';
    if (this.#manager.state === states.expired || this.#isReplaced) this.#expired();
    else if (this.#manager.state === states.authFailed) this.#refused();
    else if (this.#stage.name === 'greeting') this.#established(this.#stage.handshake);
    else this.#proven();
  }

  /** The servers gave another session than the one that was asked for: that one is over, though nobody says so. */
  get #isReplaced(): boolean {
    const { sessionId } = this.#manager;
    return this.#resumedId.some((byte) => byte !== 0) && !this.#resumedId.equals(sessionId);
  }

  #established(handshake: Handshake): void {
    this.#stage = { name: 'arming', handshake };
    this.#reader.maxBytes = this.#maxReplyBytes;
    this.#watchdog.established(this.#manager.sessionTimeout);
    this.#observer.established();
    if (this.#leaving) this.#endSession();
    else this.#arm();
  }

  #proven(): void {
    this.#observer.proven();
    this.#arm();
  }

  #arm(): void {
    if (this.#stage.name !== 'arming' || this.#leaving || !this.#stage.handshake.done) return;
    this.#stage = { name: 'ready' };
    this.#observer.ready();
  }

  #expired(refusal?: Error): void {
    this.#observer.expired(refusal);
    this.destroy();
  }

  #refused(): void {
    const refusal = new Error('the servers did not take the credentials');
    this.#observer.fault(refusal);
    this.#expired(refusal);
  }

  /** Requests that wait behind a full socket are given up: their callers were told so. */
  #endSession(): void {
    this.#manager.packetQueue.queue = [];
    this.#manager.close();
  }
}

/** Runs it when no microtask is left, those added meanwhile included. */
function afterMicrotasks(run: () => void): void {
  queueMicrotask(() => process.nextTick(run));
}
