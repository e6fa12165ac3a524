import { type ErrorCode, type ErrorDetails, ServiceRegistryError } from './service-registry-error.js';

/** The lock was not acquired within `waitMs`. No node of ours is left in the registry. */
export class LockBusyError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_LOCK_BUSY';
  constructor(path: string, waitMs: number) {
    super('ERR_NDSR_LOCK_BUSY', `The lock ${path} was not obtained within ${waitMs} ms`, { path });
  }
}

/** Other clients use the lock with a different number of slots. All must use the same. */
export class LockLimitError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_LOCK_LIMIT';
  constructor(path: string, actual: number | bigint, requested: number) {
    super('ERR_NDSR_LOCK_LIMIT', `The lock ${path} is for ${actual} at a time; it was asked for ${requested}`, {
      path,
    });
  }
}

/**
 * A lock was requested at a path that is used for an election, or the other way round: there are live nodes of the
 * other kind. Both would be granted, since neither looks at the nodes of the other. Use another path for one of them.
 */
export class LockKindError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_LOCK_KIND';
  constructor(path: string, asked: 'lock' | 'election') {
    const found = asked === 'lock' ? 'an election' : 'a lock';
    const wanted = asked === 'lock' ? 'a lock' : 'an election';
    super(
      'ERR_NDSR_LOCK_KIND',
      `${path} is in use as ${found}; it was asked for as ${wanted}. Use another path for one of them`,
      {
        path,
      },
    );
  }
}

/**
 * The sequence numbers of the nodes that wait for a lock or take part in an election are nearly used up; beyond the
 * last one, their order is undefined.
 * The counter belongs to the parent node. Delete that node while nobody waits, and the numbers start again from 0.
 */
export class SequenceExhaustedError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_SEQUENCE_EXHAUSTED';
  constructor(path: string, parent: string, number: number, last: number) {
    const what = `The sequence numbers of those who wait for ${path} are nearly used up: ${number} of ${last}`;
    super('ERR_NDSR_SEQUENCE_EXHAUSTED', `${what}. Delete ${parent} while nobody waits, to start again from 0`, {
      path,
    });
  }
}

/** The lock is not held any more, or never was. `lost` is aborted with this error; the message gives the reason. */
export class LockLostError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_LOCK_LOST';
  constructor(path: string, why: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_LOCK_LOST', `The lock ${path} is not held: ${why}`, { ...details, path });
  }
}

/**
 * Leadership ended before the leader's work did. The message gives the reason; `cause` is the error of the work, if it
 * threw one of its own.
 */
export class LeadershipLostError extends ServiceRegistryError {
  static override readonly code: ErrorCode = 'ERR_NDSR_LEADERSHIP_LOST';
  /** The reason in words. */
  readonly why: string;
  constructor(path: string, why: string, details: ErrorDetails = {}) {
    super('ERR_NDSR_LEADERSHIP_LOST', `The election ${path} is not led any more: ${why}`, { ...details, path });
    this.why = why;
  }
}
