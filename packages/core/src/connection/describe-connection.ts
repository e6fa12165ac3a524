import { formatId } from '../events/registry-events.js';
import type { ConnectionState } from './connection-state.js';

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
