import assert from 'node:assert/strict';
import type { LeaderWork, LeadOptions, ServiceRegistry } from '@ndsr/core';
import type { ObservedBackend } from '../backend-suite/observed-backend.js';
import { childNames } from '../support/node-bytes.js';
import { forLater } from '../support/rejection.js';
import type { RegistryScene } from './registry-scene.js';

export const electionPath = '/elections/one';

type WorkArguments = Parameters<LeaderWork<unknown>>;

/** A candidate whose work begins and ends when the case says so. */
export class ElectionCandidate {
  readonly name: string;
  /** What `lead` comes to. */
  readonly led: Promise<unknown>;
  /** What the work was given, once for each time that it began. */
  readonly terms: { readonly signal: WorkArguments[0]; readonly leadership: WorkArguments[1] }[] = [];
  readonly #scene: RegistryScene;
  #end: { resolve(value: unknown): void; reject(error: unknown): void } | undefined;

  constructor(scene: RegistryScene, registry: ServiceRegistry, name: string, options: LeadOptions = {}) {
    this.#scene = scene;
    this.name = name;
    this.led = forLater(registry.getElection(electionPath, { name }).lead((...given) => this.#work(given), options));
  }

  /** Whether the work is under way. */
  get isWorking(): boolean {
    return this.#end !== undefined;
  }

  /** Waits until the work has begun so many times; what it was given the last time. */
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

  /** What `lead` comes to, within the patience of the scene. */
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

/** A candidate with a registry of its own, that stands in line by now: as number `place` of all who do. */
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

/** Waits until so many candidates stand. */
export async function waitForCandidates(otherClient: ObservedBackend, count: number): Promise<void> {
  const watch = await otherClient.watching(electionPath, 'names');
  await watch.until(`${count} candidates`, ({ children }) => children.size === count);
}

/** A stranger removes the node of whoever leads. */
export async function deleteLeaderNode(otherClient: ObservedBackend): Promise<void> {
  const [first] = childNames(await otherClient.read(electionPath)).sort(
    (a, b) => Number(a.slice(-10)) - Number(b.slice(-10)),
  );
  await otherClient.remove(`${electionPath}/${first}`, 0);
}

/** Leads with work that ends at once, and says `led`. */
export async function leadOnce(registry: ServiceRegistry): Promise<unknown> {
  return await registry.getElection(electionPath).lead(() => 'led');
}
