import { setTimeout as sleep } from 'node:timers/promises';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { backends } from './backends.js';
import { PythonPeer } from './python-peer.js';

const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** The time for which the two compete, ms. */
const watchedMs = 5_000;
/**
 * Our registry corrects at once and then after 0.1, 0.2, 0.4, 0.8 and 1.6 s; once more on a slow machine, and a few times more at the
 * beginning, when a takeover needs two requests and Python writes between them. Without backoff there would be thousands.
 */
const mostAnswers = 12;

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

it('two Python processes overwrite each other for ever', async () => {
  await using one = await PythonPeer.start(server.address);
  await using other = await PythonPeer.start(server.address);
  const path = '/python/rivals';
  for (const [peer, by] of [[one, 'one'] as const, [other, 'other'] as const]) {
    await peer.ask('defend', { path, data: { by } });
  }
  const answers = async (): Promise<number> => {
    const each = await Promise.all([one, other].map((peer) => peer.ask<number[]>('corrections_of', { path })));
    return each.flat().length;
  };
  // More than a thousand a second on an idle machine.
  await vi.waitFor(async () => expect(await answers()).toBeGreaterThan(10 * mostAnswers), { timeout: 60_000 });
});

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

  it.concurrent.each(['python', 'node'] as const)(
    'meets few, increasingly rare corrections; %s registered first',
    async (order) => {
      const { answers, version, last } = await contend(order, `/${backend}/rivals/${order}-first`);
      // Python answers each of our changes with one write, so its writes count our changes.
      expect(answers.length).toBeGreaterThanOrEqual(4);
      expect(answers.length).toBeLessThanOrEqual(mostAnswers);
      expect(version).toBeLessThanOrEqual(2 * mostAnswers);
      const pauses = answers.slice(1).map((at, index) => at - (answers[index] ?? 0));
      const [longest = 0, before = 0] = pauses.toReversed();
      expect(longest).toBeGreaterThan(before);
      expect(longest).toBeGreaterThan(1_000);
      // Ours yields: the node has Python's data nearly all the time.
      expect(last).toBe('python');
    },
  );
});
