import type { Ownership } from '../coordination/ownership.js';

/** Passed to the leader's work besides its signal. */
export class Leadership {
  /**
   * A number that grows with every leader of this path, in any client. The resource that the leader writes to can reject
   * requests with a smaller number than it has seen before.
   */
  readonly fencingToken: bigint;
  readonly #ownership: Ownership;
  readonly #checkProcess: () => void;

  /** Internal; use `election.lead`. */
  constructor(ownership: Ownership, checkProcess: () => void) {
    this.fencingToken = ownership.node.czxid;
    this.#ownership = ownership;
    this.#checkProcess = checkProcess;
  }

  /**
   * True if this client certainly leads at this moment. Correct even after the process was frozen, before any timer has run.
   * False while the connection is suspended, although it may turn out that it still leads.
   */
  get status(): boolean {
    this.#checkProcess();
    return this.#ownership.isCertain;
  }

  /**
   * How long this client certainly leads, ms from now, even if this process dies: see `RegistryLock.certainMs`. For a watchdog
   * outside of this process, which must stop the work by then.
   */
  get certainMs(): number {
    this.#checkProcess();
    return this.#ownership.certainMs;
  }
}
