import type { Clock } from '@ndsr/core/backend';
import type { ConnectionEnd, Transport } from '@ndsr/zookeeper-common';
import type { SaslExchange } from '../sasl/sasl-exchange.js';
import type { WatchTable } from '../watch/watch-table.js';
import type { SessionState } from './session-state.js';

/** Receives the events of a connection. */
export interface WireListener {
  /** The servers gave or renewed the session. */
  established(): void;
  /** The servers answered after the handshake. */
  confirmed(): void;
  /** Requests may be sent: every watch is armed, or its event has been delivered. */
  ready(): void;
  fault(error: Error): void;
  /** The session is over: the servers expired or replaced it, or rejected the credentials (`refusal`). The connection ends next. */
  expired(refusal?: Error): void;
  /** Always the last event, exactly once. */
  ended(end: ConnectionEnd): void;
}

/** The dependencies of a connection. */
export interface ConnectionOptions {
  readonly transport: Pick<Transport, 'socket' | 'openEvent'>;
  readonly clock: Clock;
  readonly handshakeTimeoutMs: number;
  /** The session to resume or to begin. */
  readonly session: SessionState;
  /** Authenticates before anything else is sent; undefined if that is not wanted. */
  readonly sasl: SaslExchange | undefined;
  /** The credentials of the scheme `digest`. More may be added. */
  readonly digests: readonly Buffer[];
  readonly watches: WatchTable;
  /** The maximum length of a reply, in bytes. */
  readonly maxReplyBytes: number;
  readonly observer: WireListener;
}
