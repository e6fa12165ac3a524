import { setTimeout as sleep } from 'node:timers/promises';
import { failureTable, quote } from '@ndsr/conformance/failure-table';
import type { TestProcess } from '@ndsr/test-support';
import { waitUntil } from '@ndsr/test-support';
import { FaultProxy, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AttemptCounter, type Attempts } from './support/attempt-counter.js';
import { zooKeepers } from './support/backends.js';
import { startProcess } from './support/start-process.js';

const processes = 5;
const each = 10;
const registryCount = processes * each;
const timeoutMs = 4_000;
const downMs = 20_000;
/** The longest pause between two attempts. */
const longestPauseMs = 10_000;

describe.each(zooKeepers)('many registries on $name', ({ name, dialsPerAttempt }) => {
  it(quote(failureTable.unreachableLazy, 'the backoff, and no stampede when the server comes back'), async () => {
    await using server = await ZooKeeperServer.start();
    // Connections accepted while the server is down are reset at once, as by a load balancer with a dead backend, and counted.
    await using proxy = await FaultProxy.open({ upstream: server });
    const counter = new AttemptCounter(proxy);
    onTestFinished(() => counter.stop());
    await server.kill();

    const config = JSON.stringify({ backend: name, servers: proxy.address, timeoutMs, lazy: true });
    const members = Array.from({ length: processes }, () => startProcess('many-registries', [config, String(each)]));
    for (const member of members) expect(JSON.parse(await member.next())).toEqual(Array(each).fill(false));
    for (const member of members)
      expect(member.errors.split('\n').filter((line) => line.includes('No server'))).toHaveLength(each);
    await sleep(downMs);
    const never = counter.take();
    console.info(
      `${name}, ${registryCount} registries that start without a server: ${never.total} attempts, ${never.perSecond.join(' ')} a second`,
    );
    expectBackoff(never, dialsPerAttempt);

    const allReturn = async (how: string): Promise<void> => {
      await server.restart();
      const servingAt = performance.now();
      counter.take();
      await waitUntil(
        'all are connected',
        async () => (await connected(members)) === registryCount,
        12 * longestPauseMs,
      );
      const tookMs = performance.now() - servingAt;
      const back = counter.take();
      console.info(
        `${name}, ${how}: all connected ${tookMs.toFixed(0)} ms after it serves, ${back.total} attempts, ${back.perSecond.join(' ')} a second`,
      );
      // One successful attempt each, after its own pause.
      expect(Math.max(...back.perSecond)).toBeLessThan(registryCount);
      expect(back.total).toBeLessThan(2 * registryCount);
    };
    await allReturn('the server is there');

    await server.kill();
    counter.take();
    await sleep(downMs);
    const lost = counter.take();
    console.info(
      `${name}, ${registryCount} registries that lose the server: ${lost.total} attempts, ${lost.perSecond.join(' ')} a second`,
    );
    // While the session may be alive, no pause is longer than a third of its timeout; then a new client starts.
    const dialling = registryCount * dialsPerAttempt;
    expect(lost.total / dialling).toBeLessThan(25);
    expect(Math.max(...lost.perSecond.slice(1)) / dialling).toBeLessThan(4);
    await allReturn('the server is back');
  }, 480_000);
});

/** A pause of 0.1 s that doubles up to 10 s, with full jitter: ten attempts in 20 s on average. */
function expectBackoff({ total, latePerSecond, mostAtOnceLate }: Attempts, dialsPerAttempt: number): void {
  const dialling = registryCount * dialsPerAttempt;
  expect(total / dialling).toBeGreaterThan(6);
  expect(total / dialling).toBeLessThan(16);
  // On average one in five seconds each; and they continue.
  expect(latePerSecond).toBeLessThan((3 * dialling) / 5);
  expect(latePerSecond).toBeGreaterThan(dialling / 5 / 3);
  // Not all at once: the jitter is full.
  expect(mostAtOnceLate).toBeLessThan(dialling / 2);
}

async function connected(members: readonly TestProcess[]): Promise<number> {
  const counts = members.map(async (member) => {
    member.tell('connected?');
    return Number(await member.next());
  });
  return (await Promise.all(counts)).reduce((sum, one) => sum + one, 0);
}
