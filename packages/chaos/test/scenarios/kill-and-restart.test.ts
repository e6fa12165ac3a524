import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeSnapshot } from '@ndsr/core';
import { waitUntil } from '@ndsr/test-support';
import { freePort, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { zooKeepers } from './support/backends.js';
import { NodeSampler, type Sample } from './support/node-sampler.js';
import { startProcess } from './support/start-process.js';

/** Long enough for a process to start on a busy machine. */
const timeoutMs = 20_000;
/** How long the service is down in each round, in addition to the start of its new process. */
const downMs = [0, 1_000];
/** The time that the test observes after the old session has expired. */
const afterwardsMs = 1_000;

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ maxSessionTimeoutMs: timeoutMs });
});
afterAll(() => server.stop());

describe.each(zooKeepers)('a service on $name that is killed and restarted on the same host and port', (kind) => {
  it('is never missing once it is registered again, also when its old session dies', async () => {
    const folder = `/services/${kind.name}`;
    const port = await freePort();
    const name = `127.0.0.1:${port}`;
    const url = `${kind.name}://${server.address}?timeoutMs=${timeoutMs}`;
    const start = (round: number) => startProcess('service', [url, folder, String(port), JSON.stringify({ round })]);

    let service = start(0);
    await service.next();
    const watchers = await Promise.all(zooKeepers.map((watching) => Watcher.open(watching.name, folder, name)));
    const sampler = await NodeSampler.start(server.address, `${folder}/${name}`, 5);
    onTestFinished(() => sampler.stop());
    await waitUntil('the first sample', () => sampler.samples.length > 0);

    for (const [index, pauseMs] of downMs.entries()) {
      const round = index + 1;
      const oldSession = sampler.samples.at(-1)?.node?.owner ?? 'none';
      expect(await lives(oldSession)).toBe(true);
      const killedAt = performance.now();
      service.kill();
      await service.exited;
      const died = waitUntil('the old session dies', async () => !(await lives(oldSession)), 3 * timeoutMs).then(() =>
        performance.now(),
      );
      await sleep(pauseMs);
      service = start(round);
      await service.next();
      await waitUntil('the watchers see it', () => watchers.every((watcher) => watcher.round === round));
      const diedAt = await died;
      await sleep(afterwardsMs);

      const samples = sampler.samples.filter(({ at }) => at >= killedAt);
      const backAt = samples.find((sample) => roundOf(sample) === round)?.at ?? Number.NaN;
      const lastSeenAt = samples.findLast((sample) => roundOf(sample) === index)?.at ?? killedAt;
      console.info(
        `${kind.name}, round ${round}: killed, registered again after ${(backAt - killedAt).toFixed(0)} ms, ` +
          `missing for ${(backAt - lastSeenAt).toFixed(0)} ms at most, old session died after ${(diedAt - killedAt).toFixed(0)} ms; ` +
          `${samples.length} samples`,
      );
      // Otherwise the round proves nothing.
      expect(lastSeenAt - killedAt).toBeGreaterThan(0);
      expect(backAt, 'it came back before its old session died').toBeLessThan(diedAt);
      // A process that kept its session alive sent a request at least every third of the timeout.
      expect(diedAt - killedAt).toBeGreaterThan(timeoutMs / 2);
      expect(new Set(samples.filter(({ at }) => at >= backAt).map(roundOf))).toEqual(new Set([round]));
      if (kind.atomicReplace) expect(samples.filter(({ node }) => node === null)).toEqual([]);
    }
    console.info(`${kind.name}: ${sampler}`);
    expect(sampler.troubles).toEqual([]);
    for (const watcher of watchers) {
      expect(watcher.missingAfterARound, watcher.observed.join()).toEqual([]);
      if (kind.atomicReplace) expect(watcher.observed).toEqual([0, 1, 2]);
    }
  }, 240_000);
});

/** Resolves to true while the server has the session. */
async function lives(session: string): Promise<boolean> {
  return (await server.command('dump')).includes(`\t${session}\n`);
}

function roundOf({ node }: Sample): unknown {
  return node === null ? 'missing' : Reflect.get(node.data as object, 'round');
}

/** A watching registry, and the snapshots of one instance that its callback received. */
class Watcher {
  /** The round in each snapshot, or `missing`. */
  readonly observed: (number | 'missing')[] = [];
  readonly #name: string;

  private constructor(name: string) {
    this.#name = name;
  }

  static async open(backend: string, folder: string, name: string): Promise<Watcher> {
    const kind = zooKeepers.find((one) => one.name === backend);
    const registry = kind?.registry({ servers: server.address, timeoutMs });
    if (registry === undefined) throw new Error(`no backend ${backend}`);
    onTestFinished(() => registry.stop());
    const watcher = new Watcher(name);
    await registry.get(folder, { callback: (snapshot) => watcher.#note(snapshot) });
    return watcher;
  }

  get round(): number | 'missing' | undefined {
    return this.observed.at(-1);
  }

  /** Rounds within which the instance was missing after it had been observed, as text. This must never happen. */
  get missingAfterARound(): string[] {
    return this.observed.flatMap((round, index) => {
      const next = this.observed[index + 1];
      const wasBack = next === 'missing' && this.observed[index + 2] === round;
      return wasBack ? [`missing within round ${round}`] : [];
    });
  }

  #note({ children }: NodeSnapshot): void {
    const data = children[this.#name];
    this.observed.push(data === undefined ? 'missing' : Number(data?.round));
  }
}
