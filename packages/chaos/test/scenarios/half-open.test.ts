import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { ServiceRegistry } from '@ndsr/core';
import { waitUntil } from '@ndsr/test-support';
import { BareClient } from '@ndsr/test-support/bare-client';
import { FaultProxy, type StallOptions, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { zooKeepers } from './support/backends.js';
import { PhaseLog } from './support/phase-log.js';

const timeoutMs = 6_000;
const watched = Array.from({ length: 50 }, (_, index) => `/watched/node-${index}`);
const registrations = Array.from({ length: 20 }, (_, index) => `instance-${index}:80`);

/** Traffic that is dropped silently: nothing is closed, no end, no reset, no error. */
const stalls: readonly [what: string, stall: StallOptions][] = [
  ['every connection, old and new', {}],
  ['the open connections', { existingOnly: true }],
  ['the way to the client on the open connections', { existingOnly: true, direction: 'to-client' }],
  ['the way to the server on the open connections', { existingOnly: true, direction: 'to-server' }],
];

let server: ZooKeeperServer;
let bare: BareClient;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ maxSessionTimeoutMs: timeoutMs });
  bare = await BareClient.connect(server.address);
  await Promise.all(watched.map((path) => bare.mkdirp(path)));
});
afterAll(async () => {
  bare.close();
  await server.stop();
});

describe.each(zooKeepers)('a half-open link on $name', (kind) => {
  it.each(stalls)(
    'that swallows %s is noticed within the session timeout',
    async (what, stall) => {
      const proxy = await FaultProxy.open({ upstream: server });
      onTestFinished(() => proxy.close());
      const { registry, log } = PhaseLog.of(kind.registry, { servers: proxy.address, timeoutMs });
      onTestFinished(() => registry.stop());
      const folder = `/half-open/${kind.name}-${what.replaceAll(/\W+/g, '-')}`;
      const heard = new Map<string, unknown>();
      await Promise.all(
        watched.map((path) => registry.get(path, { callback: ({ data }) => heard.set(path, data?.round) })),
      );
      await Promise.all(registrations.map((name) => registry.setNode(`${folder}/${name}`, { name })));

      const { lastByteAt, inFlight } = await stallBusyLink(registry, proxy, stall);
      await waitUntil('it is noticed', () => log.firstAfter('suspended', lastByteAt) !== undefined);
      const noticedMs = (log.firstAfter('suspended', lastByteAt)?.at ?? Number.NaN) - lastByteAt;
      const round = `${kind.name} ${what}`;
      await Promise.all(watched.map((path) => bare.setData(path, Buffer.from(JSON.stringify({ round })))));
      if (stall.existingOnly !== true) {
        // Longer than the session timeout.
        await sleep(timeoutMs);
        await proxy.pass();
      }
      const passedAt = performance.now();
      await waitUntil('it is connected again', () => registry.getState());
      const connectedAt = performance.now();
      await waitUntil('every watch has caught up', () => watched.every((path) => heard.get(path) === round));
      await waitUntil('every registration stands', async () =>
        isDeepStrictEqual((await bare.getChildren(folder)).sort(), [...registrations].sort()),
      );

      const phases = log.phasesAfter(lastByteAt);
      const againMs = stall.existingOnly === true ? connectedAt - lastByteAt : connectedAt - passedAt;
      console.info(
        `${kind.name}, ${what}: suspended ${noticedMs.toFixed(0)} ms after the last byte (timeout ${timeoutMs} ms), connected again ` +
          `${againMs.toFixed(0)} ms after ${stall.existingOnly === true ? 'it' : 'the network was back'}; ${phases.join(', ')}`,
      );
      expect(noticedMs).toBeLessThan(timeoutMs);
      expect((await inFlight) - lastByteAt).toBeLessThan(timeoutMs);
      // New connections are served, so nothing is lost.
      if (stall.existingOnly === true) expect(phases).toEqual(['suspended', 'connected']);
      else expect(phases.slice(0, 2)).toEqual(['suspended', 'lost']);
      for (const lines of log.warningsByPhaseChange(lastByteAt)) expect(lines.length, lines.join('\n')).toBeLessThan(2);
      expect(log.faults).toEqual([]);

      const afterwards = `${round}, afterwards`;
      await Promise.all(watched.map((path) => bare.setData(path, Buffer.from(JSON.stringify({ round: afterwards })))));
      await waitUntil('every watch goes on', () => watched.every((path) => heard.get(path) === afterwards));
    },
    180_000,
  );
});

/** Stalls during a series of calls, to know the time of the last byte and the outcome of the pending call. */
async function stallBusyLink(registry: ServiceRegistry, proxy: FaultProxy, stall: StallOptions) {
  let lastByteAt = performance.now();
  let stalled = false;
  const inFlight = (async () => {
    for (let beat = 0; ; beat += 1) {
      const answered = await registry.setData('/beat', { beat }).catch((error) => error);
      if (answered !== true) return performance.now();
      if (!stalled) lastByteAt = performance.now();
    }
  })();
  await sleep(200);
  stalled = true;
  await proxy.stall(stall);
  return { lastByteAt, inFlight };
}
