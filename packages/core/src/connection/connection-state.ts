import type { ConnectionEvent, Session } from '../backend/registry-backend.js';
import { formatId } from '../events/registry-events.js';

/**
 * The state of the connection: each phase has exactly its own data.
 *
 * - `idle`: not started. `connecting`: started, no session yet.
 * - `connected`: the snapshots are live.
 * - `suspended`: the connection broke, but the session may be alive. Keep data, trust no lock.
 * - `lost`: the session has ended, or must be considered ended: ephemeral nodes and locks are gone. A new session follows.
 * - `stopped`: by `stop()`.
 *
 * The names are those of kazoo and Curator.
 */
export type ConnectionState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'connecting' }
  | { readonly phase: 'connected'; readonly session: Session; readonly server?: string | undefined }
  /** `lostAt`: when the session must be considered ended, by the monotonic clock. */
  | { readonly phase: 'suspended'; readonly session: Session; readonly lostAt: number; readonly cause?: unknown }
  | { readonly phase: 'lost'; readonly session: Session; readonly cause?: unknown }
  | { readonly phase: 'stopped' };

export type ConnectionInput =
  | Exclude<ConnectionEvent, { type: 'fault' }>
  | { readonly type: 'start' }
  /** The start is given up because no server was reached in time. */
  | { readonly type: 'abandon' }
  | { readonly type: 'stop' }
  /** Time has passed. */
  | { readonly type: 'tick' };

/** The next state; the same object if `input` changes nothing. `now` in ms by the monotonic clock. */
export function reduceConnection(state: ConnectionState, input: ConnectionInput, now: number): ConnectionState {
  switch (input.type) {
    case 'start':
      return state.phase === 'idle' || state.phase === 'stopped' ? { phase: 'connecting' } : state;
    case 'abandon':
      return state.phase === 'idle' || state.phase === 'stopped' ? state : { phase: 'idle' };
    case 'stop':
      return state.phase === 'stopped' ? state : { phase: 'stopped' };
    case 'connected':
      // In `idle` and `stopped` this is a late event of a backend that is being closed.
      return state.phase === 'idle' || state.phase === 'stopped' || isConnectedIn(state, input.session)
        ? state
        : { phase: 'connected', session: input.session, server: input.server };
    case 'suspended':
      return state.phase === 'connected' ? suspend(state.session, now - input.quietMs, input.cause) : state;
    case 'lost':
      return state.phase === 'connected' || state.phase === 'suspended'
        ? { phase: 'lost', session: state.session, cause: input.cause }
        : state;
    case 'tick':
      // By our own clock: from now on the servers may grant our locks to other clients, even if they cannot notify us.
      return state.phase === 'suspended' && now >= state.lostAt
        ? { phase: 'lost', session: state.session, cause: 'no message from the servers for the session timeout' }
        : state;
  }
}

function isConnectedIn(state: ConnectionState, { id, timeoutMs }: Session): boolean {
  return state.phase === 'connected' && state.session.id === id && state.session.timeoutMs === timeoutMs;
}

function suspend(session: Session, lastReplyAt: number, cause: unknown): ConnectionState {
  return { phase: 'suspended', session, lostAt: lastReplyAt + session.timeoutMs, cause };
}

/** Describes the state for a log line, with its reason if that is known. */
export function describeConnection(state: ConnectionState): string {
  const session = 'session' in state ? `, session ${formatId(state.session.id)}` : '';
  const why = 'cause' in state ? reason(state.cause) : '';
  return `Connection ${state.phase}${session}${why === '' ? '' : `: ${why}`}`;
}

function reason(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  return typeof cause === 'string' ? cause : '';
}
