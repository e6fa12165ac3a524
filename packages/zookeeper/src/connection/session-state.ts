import type { ValueOf } from '../wire/jute-types.js';
import type { connectRequest } from '../wire/records.js';

/** Of one session, across its connections. Updated by the current connection. */
export interface SessionState {
  /** 0 before the servers have given one. */
  id: bigint;
  password: Buffer;
  /** The requested timeout, then the granted one. */
  timeoutMs: number;
  /** The last transaction that an answer has shown: the servers report what was changed since. */
  lastZxid: bigint;
}

const passwordBytes = 16;

/** A session that has not been given yet. */
export function newSession(timeoutMs: number): SessionState {
  return { id: 0n, password: Buffer.alloc(passwordBytes), timeoutMs, lastZxid: 0n };
}

/** The first request of a connection: it resumes the session, or begins it. */
export function handshakeOf({ id, password, timeoutMs, lastZxid }: SessionState): ValueOf<typeof connectRequest> {
  return {
    protocolVersion: 0,
    lastZxidSeen: lastZxid,
    timeOut: timeoutMs,
    sessionId: id,
    passwd: password,
    readOnly: false,
  };
}
