import type { WatchEvent } from '@ndsr/zookeeper-common';
import type { FakeRequest } from './fake-request.js';
import { ServerWatches, type WatchesToRestore } from './fake-watches.js';
import { FrameQueue } from './frame-queue.js';

/** A request in flight, with its caller. */
export interface FakeCall {
  readonly request: FakeRequest;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export type ServerFrame =
  | { readonly type: 'greeting'; readonly sessionId: bigint; readonly watches: WatchesToRestore; readonly zxid: bigint }
  | { readonly type: 'request'; readonly call: FakeCall }
  | { readonly type: 'goodbye' };

export type ClientFrame =
  | { readonly type: 'ready'; readonly sessionId: bigint; readonly timeoutMs: number; readonly zxid: bigint }
  | { readonly type: 'event'; readonly event: WatchEvent }
  | { readonly type: 'value'; readonly call: FakeCall; readonly value: unknown; readonly zxid: bigint }
  | { readonly type: 'error'; readonly call: FakeCall; readonly error: Error; readonly zxid: bigint }
  | { readonly type: 'expired' | 'closed' };

export interface ConnectionEnds {
  /** Called when a frame arrives at the servers. */
  serverGets(connection: FakeConnection, frame: ServerFrame): void;
  /** Called when a frame arrives at the client. */
  clientGets(connection: FakeConnection, frame: ClientFrame): void;
  isHeld(): boolean;
}

/** One connection of a client, from its start to its end. */
export class FakeConnection {
  readonly toServer: FrameQueue<ServerFrame>;
  readonly toClient: FrameQueue<ClientFrame>;
  readonly watches = new ServerWatches();
  /** Known to the servers once the session is established. */
  sessionId = 0n;
  isOpen = true;

  constructor(ends: ConnectionEnds) {
    const isHeld = (): boolean => ends.isHeld();
    this.toServer = new FrameQueue((frame) => ends.serverGets(this, frame), isHeld);
    this.toClient = new FrameQueue((frame) => ends.clientGets(this, frame), isHeld);
  }

  /** Sends a frame from the servers. Has no effect once the connection is gone. */
  send(frame: ClientFrame): void {
    if (this.isOpen) this.toClient.push(frame);
  }
}
