import { setTimeout as sleep } from 'node:timers/promises';
import type { TestProcess } from '@ndsr/test-support';
import { ZooKeeperEnsemble } from '@ndsr/zookeeper-testing';
import { expect, it } from 'vitest';
import { sized } from '../../src/size.js';
import { zooKeepers } from './support/backends.js';
import { mostWithin, readBirths } from './support/read-stats.js';
import { RequestRate } from './support/request-rate.js';
import { startProcess } from './support/start-process.js';

const processes = sized(200);
const each = 50;
/** The number of processes that are started at a time. */
const startedAtOnce = 8;
const timeoutMs = 8_000;
const restorePerSecond = 5;
/**
 * Three times as long as one process needs for its registrations, so that a third of the processes register at a time. The pace limits
 * only the requests: servers that are busy for a second or two, for example because all old sessions expire together, execute them late
 * and at once.
 */
const restoreJitterMs = 30_000;
/** The limit for all processes together, in requests a second. */
const totalPace = processes * restorePerSecond;
const folder = '/services/fleet';

it(`${processes} processes with ${each} registrations each re-register all of them, within the configured pace`, async () => {
  await using ensemble = await ZooKeeperEnsemble.start({ tickTimeMs: 400, javaOptions: ['-XX:TieredStopAtLevel=1'] });
  const startedAt = performance.now();
  const members = await startMembers(ensemble.connectString);
  console.info(
    `${processes} processes registered ${processes * each} nodes in ${seconds(performance.now() - startedAt)} s`,
  );
  const before = await readBirths(ensemble.connectString, folder);
  expect(before).toHaveLength(processes * each);

  // Longer than two timeouts: every registry replaces its session.
  await Promise.all(ensemble.servers.map((server) => server.kill()));
  await sleep(2.5 * timeoutMs);
  await comeBack(ensemble, members);
  // A server that is too busy to answer in time is reported and asked again. Any other fault is a failure.
  const faults = members.flatMap((member) => member.errors.match(/^fault .*$/gm) ?? []);
  const late = faults.filter((fault) => fault.startsWith('fault ERR_NDSR_TIMEOUT'));
  console.info(`${late.length} requests got no answer in time, and were made again`);
  expect(faults.filter((fault) => !late.includes(fault))).toEqual([]);
}, 400_000);

/** Half of them on each backend. */
async function startMembers(servers: string): Promise<TestProcess[]> {
  const members: TestProcess[] = [];
  const startNext = async (): Promise<void> => {
    while (members.length < processes) {
      const backend = zooKeepers[members.length % zooKeepers.length]?.name;
      const config = JSON.stringify({ backend, servers, timeoutMs, restorePerSecond, restoreJitterMs });
      const member = startProcess('mass-re-registration-member', [
        config,
        folder,
        String(members.length),
        String(each),
      ]);
      members.push(member);
      expect(await member.next()).toBe('registered');
    }
  };
  await Promise.all(Array.from({ length: startedAtOnce }, startNext));
  return members;
}

/** Restarts every server, waits until every registration is back and every old session has expired, and measures it. */
async function comeBack(ensemble: ZooKeeperEnsemble, members: readonly TestProcess[]): Promise<void> {
  const restartedAt = Date.now();
  const whole = members.map((member) => member.next());
  await Promise.all(ensemble.servers.map((server) => server.restart()));
  const servingAt = Date.now();
  const rate = new RequestRate(ensemble.servers);
  await withProgress(whole);
  const packetsPerSecond = await rate.stop();
  // By then the nodes of an old session would have been removed.
  await sleep(1.5 * timeoutMs);

  const births = await readBirths(ensemble.connectString, folder);
  const times = births.map(({ ctime }) => ctime);
  const highest = mostWithin(times, 1_000);
  console.info(
    `${births.length} registrations are back ${seconds(Math.max(...times) - servingAt)} s after the servers served; ` +
      `in the busiest second ${highest} were made, ${totalPace} may be; the servers received ${packetsPerSecond} packets a second at most`,
  );
  expect(births).toHaveLength(processes * each);
  expect(new Set(births.map(({ owner }) => owner)).size).toBe(processes);
  // All of them were re-created: the sessions had really expired.
  expect(Math.min(...times)).toBeGreaterThan(restartedAt);
  expect(highest).toBeLessThanOrEqual(totalPace);
}

/** Waits for all processes and prints the progress. */
async function withProgress(whole: readonly Promise<string>[]): Promise<void> {
  let back = 0;
  const saying = setInterval(() => console.info(`${back} of ${whole.length} processes are whole`), 10_000);
  try {
    await Promise.all(
      whole.map(async (one) => {
        expect(await one).toBe('whole');
        back += 1;
      }),
    );
  } finally {
    clearInterval(saying);
  }
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
