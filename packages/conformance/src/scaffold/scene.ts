import assert from 'node:assert/strict';
import { pause, waitFor, withTimeout } from './deadline.js';
import { Journal } from './journal.js';

/** The part of a fixture that every suite needs. */
export interface SceneFixture {
  /** Faults on demand, if the fixture has them. */
  readonly faults?: unknown;
  /** Discards the fixture. */
  close(): Promise<void>;
}

/** Time limits of a scene, ms. */
export interface SceneOptions {
  /** How long to wait for any one thing. */
  readonly patienceMs: number;
  /** How long to watch for something that must not happen. */
  readonly settleMs: number;
}

/** The environment of one case: a fixture, everything opened on it, and the rules that hold throughout the case. */
export abstract class Scene<Fixture extends SceneFixture, Options extends SceneOptions> {
  readonly fixture: Fixture;
  readonly options: Options;
  readonly journal: Journal = new Journal();

  constructor(fixture: Fixture, options: Options) {
    this.fixture = fixture;
    this.options = options;
  }

  /** Closes what the case has opened on the fixture, step by step. */
  protected abstract closers(): readonly (() => Promise<void>)[];

  /** Runs a case, closes everything, and rejects if the case failed or a rule was violated. */
  async run(play: (scene: this) => Promise<void>): Promise<void> {
    const failure = await runAndClose(() => play(this), [...this.closers(), () => this.#closeFixture()]);
    this.journal.verdict(failure);
  }

  /** The faults of the fixture, for cases that need them. */
  get faults(): NonNullable<Fixture['faults']> {
    const { faults } = this.fixture;
    assert.ok(faults, 'the suite was given `faults: true`, but the fixture has no `faults`');
    return faults;
  }

  /** Settles as `promise` does, or rejects with a message that names `what` after the scene's time limit. */
  async within<T>(what: string, promise: Promise<T>): Promise<T> {
    return await withTimeout(what, promise, this.options.patienceMs);
  }

  /** Waits until `predicate` holds, or rejects with a message that names `what` after the scene's time limit. */
  async eventually(what: string, predicate: () => boolean): Promise<void> {
    await waitFor(what, predicate, { timeoutMs: this.options.patienceMs });
  }

  /** Waits long enough for something that must not happen to show. */
  async quiet(): Promise<void> {
    await pause(this.options.settleMs);
  }

  async #closeFixture(): Promise<void> {
    await withTimeout('the fixture closes', this.fixture.close(), Math.max(this.options.patienceMs, 10_000));
  }
}

/** The failure of a case. */
interface Failure {
  readonly error: unknown;
}

/** Runs `play`, then each of `closers` in any case; returns the first failure. */
export async function runAndClose(
  play: () => Promise<void>,
  closers: readonly (() => Promise<void>)[],
): Promise<Failure | undefined> {
  let failure: Failure | undefined;
  for (const step of [play, ...closers]) {
    try {
      await step();
    } catch (error) {
      failure ??= { error };
    }
  }
  return failure;
}
