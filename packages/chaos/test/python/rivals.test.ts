import { setTimeout as sleep } from 'node:timers/promises';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backends } from './backends.js';
import { PythonPeer } from './python-peer.js';

const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** How long the two are left to themselves, ms. */
const watchedMs = 5_000;
/** Ours corrects at once and then after 0.1, 0.2, 0.4, 0.8, 1.6 and 3.2 s: that often in the time above. */
const mostCorrections = 7;

let server: ZooKeeperServer;
let peer: PythonPeer;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
  peer = await PythonPeer.start(server.address);
});
afterAll(async () => {
  await peer?.[Symbol.asyncDispose]();
  await server?.stop();
});

// Two Python processes that register one path answer each other a thousand times a second, for ever.
describe.each(backends)('a Python process that defends its node against $name', ({ name: backend, open }) => {
  async function contend(order: 'python' | 'node', path: string) {
    await using registry = open(server.address, { logger: silent });
    const ours = () => registry.setNode(path, { by: 'node' });
    const theirs = () => peer.ask('defend', { path, data: { by: 'python' } });
    for (const register of order === 'python' ? [theirs, ours] : [ours, theirs]) await register();
    await sleep(watchedMs);
    const answers = await peer.ask<number[]>('corrections_of', { path });
    const { shown, version } = await peer.read(path);
    return { answers, version, last: JSON.parse(shown).by };
  }

  it.concurrent.each(['python', 'node'] as const)('meets few, ever rarer corrections; %s came first', async (order) => {
    const { answers, version, last } = await contend(order, `/${backend}/rivals/${order}-first`);
    // Python answers each change of ours with one write: what it has written tells what ours has.
    expect(answers.length).toBeGreaterThanOrEqual(4);
    expect(answers.length).toBeLessThanOrEqual(mostCorrections + 2);
    expect(version).toBeLessThanOrEqual(2 * mostCorrections + 2);
    const pauses = answers.slice(1).map((at, index) => at - (answers[index] ?? 0));
    const [longest = 0, before = 0] = pauses.toReversed();
    expect(longest).toBeGreaterThan(before);
    expect(longest).toBeGreaterThan(1_000);
    // Ours gives way: what stands there nearly all the time is what Python says.
    expect(last).toBe('python');
  });
});
