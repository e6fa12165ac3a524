import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceRegistry } from '@ndsr/core';
import { Oracle } from '../oracle/oracle.js';
import type { ReferenceClient } from '../oracle/reference-client.js';
import { SnapshotLog } from './operations/snapshot-log.js';

const root = '/fault-suite-load';
const changedCount = 25;
/** Generous, for a busy machine. */
const preparationMs = 240_000;

/** A registry that watches many paths, some of which change while it is disconnected. */
export class LoadWorkload {
  readonly #registry: ServiceRegistry;
  readonly #logs: readonly SnapshotLog[];
  readonly #changed: readonly SnapshotLog[];

  /** @param pick a number from 0 (inclusive) to 1 (exclusive) that selects the paths that change */
  constructor(registry: ServiceRegistry, size: number, pick: number) {
    this.#registry = registry;
    this.#logs = Array.from({ length: size }, (_, index) => new SnapshotLog(pathOf(index), 'names'));
    const start = Math.floor(pick * size);
    const step = Math.max(1, Math.floor(size / changedCount));
    this.#changed = this.#logs.filter((_, index) => (index + start) % step === 0);
  }

  /** Creates the paths and watches them. */
  async prepare(referenceClient: ReferenceClient): Promise<void> {
    await referenceClient.create(root);
    await inBatches(this.#logs, ({ path }) => referenceClient.create(path));
    const deadline = performance.now() + preparationMs;
    await inBatches(this.#logs, async ({ path, callback, snapshots }) => {
      this.#registry.addCallback(path, callback, { children: 'names' });
      while (snapshots.length === 0) {
        if (performance.now() > deadline) throw new Error(`${path} was not read in time`);
        await sleep(10);
      }
    });
  }

  /** Another client changes some of the paths. */
  async change(referenceClient: ReferenceClient): Promise<void> {
    await Promise.all(this.#changed.map(({ path }) => referenceClient.create(`${path}/child`, { child: true })));
  }

  async violations(referenceClient: ReferenceClient): Promise<string[]> {
    const wrong: string[] = [];
    for (const log of this.#changed) wrong.push(...log.violations(new Oracle(await referenceClient.read(log.path))));
    const quiet = this.#logs.filter((log) => !this.#changed.includes(log) && log.snapshots.length !== 1);
    if (quiet.length > 0) wrong.push(`${quiet.length} callbacks of paths that did not change were called again`);
    const dead = this.#logs.filter(({ path }) => this.#registry.freshness(path)?.origin !== 'live');
    if (dead.length > 0) wrong.push(`${dead.length} of ${this.#logs.length} paths are not live`);
    return wrong;
  }

  get calls(): number {
    return this.#logs.reduce((sum, { snapshots }) => sum + snapshots.length, 0);
  }

  stop(): Promise<void> {
    return this.#registry.stop();
  }

  /** In memory the store is in this process: its nodes would look like memory that a registry leaked. */
  async clear(referenceClient: ReferenceClient): Promise<void> {
    await inBatches(this.#changed, ({ path }) => referenceClient.remove(`${path}/child`));
    await inBatches(this.#logs, ({ path }) => referenceClient.remove(path));
  }
}

/** All at once would block the event loop for longer than the session timeout. */
async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += 500) {
    await Promise.all(items.slice(start, start + 500).map(work));
  }
}

/** Sixty characters, like the paths of services that are named after hosts. */
function pathOf(index: number): string {
  return `${root}/${`instance-${index}.`.padEnd(59 - root.length, 'x')}`;
}
