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
