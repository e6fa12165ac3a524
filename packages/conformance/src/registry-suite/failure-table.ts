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
    situation: 'start, no server reachable within `timeoutMs`, `lazy: false`',
    answer: 'rejects with `NoConnectionError`, which lists each server and its error where known; nothing is left open',
  },
  unreachableLazy: {
    situation: 'the same with `lazy: true`',
    answer: 'resolves to false, WARN; keeps trying, backoff 0.1 s to 10 s with full jitter',
    alsoIn: ['packages/chaos/test/scenarios/stampede.test.ts'],
  },
  known: {
    situation: 'get, path already known',
    answer: 'the last known value at once, also while disconnected',
  },
  cached: {
    situation: 'get, first time, disconnected, path in the cache file',
    answer: 'that value; it becomes live by itself later, and callbacks run if it differs',
  },
  unknown: {
    situation: 'get, first time, disconnected, not cached',
    answer: "rejects with `NoConnectionError`; callbacks run once connected. `offline: 'defer'`: an empty snapshot",
  },
  disconnected: {
    situation: 'set, unset, lock while disconnected',
    answer:
      "rejects with `NoConnectionError`. `offline: 'defer'`: set/unset resolve to false, WARN; applied once connected",
    alsoIn: ['packages/chaos/test/scenarios/deferred-writes.test.ts'],
  },
  readOnly: {
    situation: 'any write or lock with `readOnly: true`',
    answer: 'rejects with `ReadOnlyError`, also while disconnected; nothing is sent',
  },
  notPermitted: {
    situation: 'not permitted by the ACL',
    answer: 'rejects with `NotAuthorizedError`; in the background a `fault` event, retried with backoff',
    alsoIn: ['packages/chaos/test/scenarios/not-permitted.test.ts'],
  },
  badArgument: {
    situation: 'bad path, bad option, data that is not JSON or over the size limit',
    answer: '`TypeError`, `InvalidPathError` or `DataTooLargeError` before anything is sent',
  },
  refusedByClosing: {
    situation: 'the servers refuse a request by closing the connection',
    answer: 'that request fails with a typed error; others are not affected; background retries pause',
  },
  lockNotGot: {
    situation: 'lock not acquired within `waitMs`',
    answer: 'false (`acquireLock`), `status` false; nothing is left behind in the registry',
  },
  lockAndElection: {
    situation: 'lock and election on one path',
    answer: 'rejects with `LockKindError`, which names both; of two that start together at most one is granted',
  },
  leadershipLost: {
    situation: 'leadership lost while the work of `lead` runs',
    answer:
      'its `signal` is aborted before our session can expire; rejects with `LeadershipLostError`, or requeues (`requeue`)',
    alsoIn: ['packages/chaos/test/locks/election-loss.test.ts'],
  },
  forgotten: {
    situation: 'a request that the client library forgets',
    answer: 'ends by our own deadline: every call ends',
    alsoIn: ['packages/chaos/test/scenarios/forgotten-request.test.ts'],
  },
} as const satisfies Readonly<Record<string, FailureRow>>;

/** Quotes a row in the name of a test. `part` names one of several statements of the row. */
export function quote({ situation, answer }: FailureRow, part?: string): string {
  return `${situation}: ${answer}${part === undefined ? '' : ` [${part}]`}`;
}
