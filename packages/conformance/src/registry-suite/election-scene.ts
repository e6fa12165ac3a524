import assert from 'node:assert/strict';
import type { LeaderWork, LeadOptions, ServiceRegistry } from '@ndsr/core';
import type { ObservedBackend } from '../backend-suite/observed-backend.js';
import { childNames } from '../support/node-bytes.js';
import { forLater } from '../support/rejection.js';
import type { RegistryScene } from './registry-scene.js';

export const electionPath = '/elections/one';

type WorkArguments = Parameters<LeaderWork<unknown>>;

/** A candidate whose work starts and ends under the control of the case. */
export class ElectionCandidate {
  readonly name: string;
  /** The promise of `lead`. */
  readonly led: Promise<unknown>;
  /** The arguments of the work, once for each time that it started. */
  readonly terms: { readonly signal: WorkArguments[0]; readonly leadership: WorkArguments[1] }[] = [];
  readonly #scene: RegistryScene;
  #end: { resolve(value: unknown): void; reject(error: unknown): void } | undefined;

  constructor(scene: RegistryScene, registry: ServiceRegistry, name: string, options: LeadOptions = {}) {
    this.#scene = scene;
    this.name = name;
    this.led = forLater(registry.getElection(electionPath, { name }).lead((...given) => this.#work(given), options));
  }

  /** True while the work is running. */
  get isWorking(): boolean {
    return this.#end !== undefined;
  }

  /** Waits until the work has started `times` times; returns its last arguments. */
  async leads(times = 1): Promise<ElectionCandidate['terms'][number]> {
    await this.#scene.eventually(`${this.name} leads`, () => this.isWorking && this.terms.length >= times);
    const term = this.terms[times - 1];
    assert.ok(term !== undefined && this.terms.length === times, `${this.name} has led ${this.terms.length} times`);
    return term;
  }

  /** Ends the work with a value. */
  end(value?: unknown): void {
    this.#end?.resolve(value);
  }

  /** Ends the work with an error. */
  fail(error: unknown): void {
    this.#end?.reject(error);
  }

  /** Resolves as `lead` does, within the time limit of the scene. */
  outcome(): Promise<unknown> {
    return this.#scene.within(`the end of ${this.name}`, this.led);
  }

  #work([signal, leadership]: WorkArguments): Promise<unknown> {
    this.terms.push({ signal, leadership });
    return new Promise((resolve, reject) => {
      this.#end = { resolve, reject };
    }).finally(() => {
      this.#end = undefined;
    });
  }
}

/** Returns a candidate with a registry of its own that has joined the queue as number `place`. */
export async function queuedCandidate(
  scene: RegistryScene,
  name: string,
  place: number,
  options: LeadOptions = {},
): Promise<ElectionCandidate> {
  const candidate = new ElectionCandidate(scene, await scene.started(), name, options);
  await waitForCandidates(await scene.otherClient(), place);
  return candidate;
}

/** Waits until there are `count` candidates. */
export async function waitForCandidates(otherClient: ObservedBackend, count: number): Promise<void> {
  const watch = await otherClient.watching(electionPath, 'names');
  await watch.until(`${count} candidates`, ({ children }) => children.size === count);
}

/** Removes the leader's node, as another client. */
export async function deleteLeaderNode(otherClient: ObservedBackend): Promise<void> {
  const [first] = childNames(await otherClient.read(electionPath)).sort(
    (a, b) => Number(a.slice(-10)) - Number(b.slice(-10)),
  );
  await otherClient.remove(`${electionPath}/${first}`, 0);
}

/** Leads with work that ends at once, and returns `led`. */
export async function leadOnce(registry: ServiceRegistry): Promise<unknown> {
  return await registry.getElection(electionPath).lead(() => 'led');
}
