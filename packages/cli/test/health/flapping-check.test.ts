import { eventually } from '@ndsr/test-support';
import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ndsr } from '../support/ndsr.js';
import { Scratch } from '../support/scratch.js';

const parent = '/production/web';
const path = `${parent}/a:80`;

let server: ZooKeeperServer;
let scratch: Scratch;

beforeAll(async () => {
  server = await ZooKeeperServer.start();
  scratch = await Scratch.make();
});
afterAll(async () => {
  await server.stop();
  await scratch.remove();
});

/** A check that counts its runs and passes when `pattern`, repeated, has `+` at that number. */
function flapping(file: string, pattern: string): string {
  const count = `n=$(cat '${file}' 2>/dev/null || echo 0); echo $((n + 1)) > '${file}.new' && mv '${file}.new' '${file}'`;
  const passing = [...pattern].flatMap((each, index) => (each === '+' ? [index] : [])).join('|');
  return `${count}; case $((n % ${pattern.length})) in ${passing}) exit 0 ;; *) exit 1 ;; esac`;
}

/** How often the node was created or removed, counted by the server, during that many checks. */
async function changesDuring(checks: number, name: string, pattern: string, rules: readonly string[]): Promise<number> {
  const file = scratch.file(name);
  const before = await childChanges();
  const ndsr = new Ndsr(
    ['register', path, '--check', flapping(file, pattern), '--every', '40ms', '--check-timeout', '10s', ...rules],
    {
      NDSR_URL: `zookeeper-js://${server.address}`,
    },
  );
  await eventually('the checks', async () => Number(await scratch.read(name)) >= checks || undefined);
  ndsr.kill('SIGTERM');
  const { code, stderr } = await ndsr.ended;
  expect({ code, stderr: stderr.replaceAll(/^ndsr: .* is (registered|withdrawn)\n/gm, '') }).toEqual({
    code: 0,
    stderr: '',
  });
  return (await childChanges()) - before;
}

/** The server's count of added and removed children, read by a client without a cache. */
async function childChanges(): Promise<number> {
  await using registry = new ZooKeeperJsServiceRegistry({ servers: server.address });
  const { stat, children } = await registry.get(parent);
  expect(children).toEqual({});
  return stat?.cversion ?? 0;
}

describe('ndsr register --check on a ZooKeeper', () => {
  it('changes nothing for a check that flaps faster than rise and fall', { timeout: 180_000 }, async () => {
    expect(await changesDuring(60, 'fast', '+-', ['--rise', '2', '--fall', '3'])).toBe(0);
  });

  it('changes at most twice in rise + fall checks, for any flapping check', { timeout: 180_000 }, async () => {
    const checks = 60;
    // The worst case for 2 and 3: each change happens as soon as possible.
    const changes = await changesDuring(checks, 'worst', '++---', ['--rise', '2', '--fall', '3']);
    expect(changes).toBeGreaterThan(checks / 5);
    // The last check may already be running, and the end removes the node once more.
    expect(changes).toBeLessThanOrEqual(2 * Math.ceil((checks + 2) / 5) + 1);
    console.log(`ndsr register --check: ${changes} changes in ${checks} checks`);
  });
});
