import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceRegistry } from '@ndsr/core';
import { SnapshotLog } from '../operations/snapshot-log.js';
import type { Witness } from '../truth/witness.js';

const root = '/fault-suite-crowd';
const changedCount = 25;
/** On a machine that does much else. */
const preparationMs = 240_000;

/** A registry that watches many paths, some of which change while it cannot see it. */
export class Crowd {
  readonly #registry: ServiceRegistry;
  readonly #logs: readonly SnapshotLog[];
  readonly #changed: readonly SnapshotLog[];

  /** @param pick from 0 up to 1, by name: which paths change */
  constructor(registry: ServiceRegistry, size: number, pick: (name: string) => number) {
    this.#registry = registry;
    this.#logs = Array.from({ length: size }, (_, index) => new SnapshotLog(pathOf(index), 'names'));
    const start = Math.floor(pick('first') * size);
    const step = Math.max(1, Math.floor(size / changedCount));
    this.#changed = this.#logs.filter((_, index) => (index + start) % step === 0);
  }

  /** Lays the paths out, and watches them. */
  async prepare(witness: Witness): Promise<void> {
    await witness.create(root);
    await inBatches(this.#logs, ({ path }) => witness.create(path));
    const deadline = performance.now() + preparationMs;
    await inBatches(this.#logs, async ({ path, callback, snapshots }) => {
      this.#registry.addCallback(path, callback, { children: 'names' });
      while (snapshots.length === 0) {
        if (performance.now() > deadline) throw new Error(`${path} was not read in time`);
        await sleep(10);
      }
    });
  }

  /** A stranger changes some. */
  async change(witness: Witness): Promise<void> {
    await Promise.all(this.#changed.map(({ path }) => witness.create(`${path}/child`, { child: true })));
  }

  async complaints(witness: Witness): Promise<string[]> {
    const wrong: string[] = [];
    for (const log of this.#changed) wrong.push(...log.complaints(await witness.read(log.path)));
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

  /** In memory the servers are in this process: what they keep is not to be taken for what a registry left there. */
  async clear(witness: Witness): Promise<void> {
    await inBatches(this.#changed, ({ path }) => witness.remove(`${path}/child`));
    await inBatches(this.#logs, ({ path }) => witness.remove(path));
  }
}

/** Everything at once would keep the event loop busy for longer than a session lives. */
async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += 500) {
    await Promise.all(items.slice(start, start + 500).map(work));
  }
}

/** Sixty characters, as paths of services are that are named after hosts. */
function pathOf(index: number): string {
  return `${root}/${`instance-${index}.`.padEnd(59 - root.length, 'x')}`;
}
