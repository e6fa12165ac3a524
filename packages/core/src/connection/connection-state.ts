import type { ConnectionEvent, Session } from '../backend/registry-backend.js';

/**
 * Where the connection stands, each phase with exactly its own data.
 *
 * - `idle`: not started. `connecting`: started, no session yet.
 * - `connected`: what is shown is live.
 * - `suspended`: the connection broke, the session may be alive. Keep data, trust no lock.
 * - `lost`: the session is over, or must be taken for over: ephemeral nodes and locks are gone. A new one is on its way.
 * - `stopped`: by `stop()`.
 *
 * The names are those of kazoo and Curator.
 */
export type ConnectionState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'connecting' }
  | { readonly phase: 'connected'; readonly session: Session; readonly server?: string | undefined }
  /** `lostAt`: when the session must be taken for over, by the clock that only grows. */
  | { readonly phase: 'suspended'; readonly session: Session; readonly lostAt: number; readonly cause?: unknown }
  | { readonly phase: 'lost'; readonly session: Session; readonly cause?: unknown }
  | { readonly phase: 'stopped' };

export type ConnectionInput =
  | Exclude<ConnectionEvent, { type: 'fault' }>
  | { readonly type: 'start' }
  /** Starting is given up: nothing was reached in time. */
  | { readonly type: 'abandon' }
  | { readonly type: 'stop' }
  /** Time has passed. */
  | { readonly type: 'tick' };

/** The next state; the same object when `input` changes nothing. `now` in ms by the clock that only grows. */
export function reduceConnection(state: ConnectionState, input: ConnectionInput, now: number): ConnectionState {
  switch (input.type) {
    case 'start':
      return state.phase === 'idle' || state.phase === 'stopped' ? { phase: 'connecting' } : state;
    case 'abandon':
      return state.phase === 'idle' || state.phase === 'stopped' ? state : { phase: 'idle' };
    case 'stop':
      return state.phase === 'stopped' ? state : { phase: 'stopped' };
    case 'connected':
      // Nobody waits for a connection in these two: it is the last word of a backend that is being closed.
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
      // Our own clock: from here on the servers may give our locks to others, whether or not they can tell us.
      return state.phase === 'suspended' && now >= state.lostAt
        ? { phase: 'lost', session: state.session, cause: 'nothing was heard for the session timeout' }
        : state;
  }
}

function isConnectedIn(state: ConnectionState, { id, timeoutMs }: Session): boolean {
  return state.phase === 'connected' && state.session.id === id && state.session.timeoutMs === timeoutMs;
}

function suspend(session: Session, lastReplyAt: number, cause: unknown): ConnectionState {
  return { phase: 'suspended', session, lostAt: lastReplyAt + session.timeoutMs, cause };
}
