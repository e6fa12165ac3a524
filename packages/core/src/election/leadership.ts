import type { Ownership } from '../coordination/ownership.js';

/** What the leader's work is given beside its signal. */
export class Leadership {
  /**
   * A number that grows with every leader of this path, whoever it is: what the leader writes to can refuse whoever comes with
   * a smaller one than it has seen.
   */
  readonly fencingToken: bigint;
  readonly #ownership: Ownership;
  readonly #checkProcess: () => void;

  /** Not for users: `election.lead`. */
  constructor(ownership: Ownership, checkProcess: () => void) {
    this.fencingToken = ownership.node.czxid;
    this.#ownership = ownership;
    this.#checkProcess = checkProcess;
  }

  /**
   * Whether we lead for certain, at this very moment: right even when the process was frozen and no timer has run since. False
   * while the connection is suspended, though it may turn out that we lead still.
   */
  get status(): boolean {
    this.#checkProcess();
    return this.#ownership.isCertain;
  }

  /**
   * For how long from now on we lead for certain, ms, even if this process dies now: as `RegistryLock.certainMs`. For a watchdog
   * outside of this process, which must stop the work by then.
   */
  get certainMs(): number {
    this.#checkProcess();
    return this.#ownership.certainMs;
  }
}
