/** A row of the table of failures, as a caller sees it. docs/failures.md has the same words. */
export interface FailureRow {
  readonly situation: string;
  readonly answer: string;
  /** Tests outside the suites that quote the row, since a suite has no way to cause its situation. */
  readonly alsoIn?: readonly string[];
}

/** The contract: every row has a case or a test that quotes it. */
export const failureTable = {
  unreachable: {
    situation: 'start, server unreachable within `timeoutMs`, `lazy: false`',
    answer:
      'rejects `NoConnectionError`, which lists each server with its error where the backend knows; nothing left open',
  },
  unreachableLazy: {
    situation: 'same, `lazy: true`',
    answer: 'resolves false, WARN; goes on trying, backoff 0.1 s to 10 s with full jitter',
    alsoIn: ['packages/chaos/test/scenarios/stampede.test.ts'],
  },
  known: {
    situation: 'get, path already known',
    answer: 'last known value at once, also while disconnected',
  },
  cached: {
    situation: 'get, first time, disconnected, path in the cache file',
    answer: 'that value; becomes live by itself later, and callbacks fire if it differs',
  },
  unknown: {
    situation: 'get, first time, disconnected, not cached',
    answer:
      "rejects `NoConnectionError`, and stays interested: the callback fires when the connection comes. With `offline: 'defer'`: an empty snapshot instead of the rejection",
  },
  disconnected: {
    situation: 'set, unset, lock while disconnected',
    answer:
      "rejects `NoConnectionError`. With `offline: 'defer'`: set/unset resolve false, WARN, and are carried out when the connection comes (latest wish per path wins)",
    alsoIn: ['packages/chaos/test/scenarios/deferred-writes.test.ts'],
  },
  readOnly: {
    situation: 'any write or lock with `readOnly: true`',
    answer: 'rejects `ReadOnlyError`, also while disconnected; nothing is sent',
  },
  notPermitted: {
    situation: 'not permitted by the ACL',
    answer: 'rejects `NotAuthorizedError`; in the background (re-registration) a `fault` event, retried with backoff',
    alsoIn: ['packages/chaos/test/scenarios/not-permitted.test.ts'],
  },
  badArgument: {
    situation: 'bad path, bad option, data that is not JSON or over the size limit',
    answer: '`TypeError` / `InvalidPathError` / `DataTooLargeError` before anything is sent',
  },
  refusedByClosing: {
    situation: 'the servers refuse a request by closing the connection',
    answer: 'that request fails with a typed error; others are not affected; background retries pause',
  },
  lockNotGot: {
    situation: 'lock not got within `waitMs`',
    answer: 'false (`acquireLock`), status false; nothing left behind in the registry',
  },
  lockAndElection: {
    situation: 'lock and election on one path',
    answer: 'rejects `LockKindError`, which names both; of two that begin at the same time at most one is granted',
  },
  leadershipLost: {
    situation: 'leadership lost while the work of `lead` runs',
    answer:
      'the work’s `signal` is aborted before our session can have timed out; rejects `LeadershipLostError` when the work has ended, or stands again (`requeue`)',
    alsoIn: ['packages/chaos/test/locks/election-loss.test.ts'],
  },
  forgotten: {
    situation: 'a request that the client library forgets',
    answer: 'is ended by our own deadline: every call ends',
    alsoIn: ['packages/chaos/test/scenarios/forgotten-request.test.ts'],
  },
} as const satisfies Readonly<Record<string, FailureRow>>;

/** Quotes a row in the name of a test. `part` names one of several statements of the row. */
export function quote({ situation, answer }: FailureRow, part?: string): string {
  return `${situation}: ${answer}${part === undefined ? '' : ` [${part}]`}`;
}
