import type { DisconnectCause, Progress } from './transport.js';

/** How a connection ended. */
export interface ConnectionEnd {
  readonly wasReady: boolean;
  /** The time since the last answer, ms. */
  readonly quietMs: number;
  /** Null if the connection was closed from this side: by the watchdog, for a malformed frame, or on `close`. */
  readonly cause: DisconnectCause | null;
  /** True if it was closed for a malformed frame. */
  readonly wasMalformed: boolean;
  /** The reason for the end. */
  readonly error: Error;
}

/** Describes the end of a connection that the server or the network closed. The message fits into `zk1:2181 (…)`. */
export function describeEnd({ progress, error }: DisconnectCause): Error {
  if (error !== null) return error;
  return new Error(progress === 'answered' ? 'it ended the connection' : 'it ended the connection without an answer');
}

/** Describes the end of a connection that was closed for malformed data. */
export function describeMalformed(progress: Progress, cause: unknown): Error {
  const isZooKeeper = progress === 'answered';
  const message = isZooKeeper
    ? 'ZooKeeper connection broken by what came over it'
    : 'its answer is not ZooKeeper protocol';
  return new Error(message, { cause });
}

/** Describes the end of a connection that timed out. */
export function describeSilence(progress: Progress, quietMs: number): Error {
  const time = `${Math.round(quietMs)} ms`;
  if (progress === 'connecting') return new Error(`no connection within ${time}`);
  return new Error(progress === 'answered' ? `no answer for ${time}` : `connected, but no answer within ${time}`);
}
