import type { MemoryServiceRegistry } from '@ndsr/memory';
import { eventually } from '@ndsr/test-support';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes, run } from '../../src/index.js';
import type { FakeHost } from '../support/fake-host.js';
import { MemoryScene } from '../support/memory-scene.js';
import type { Scratch } from '../support/scratch.js';

const path = '/elections/a';

let other: MemoryServiceRegistry;
let host: FakeHost;
let scratch: Scratch;
let scene: MemoryScene;

beforeEach(async () => {
  scene = await MemoryScene.open();
  ({ other, host, scratch } = scene);
});
afterEach(() => scene.close());

function elect(script: string, ...options: string[]): Promise<number> {
  return run(['elect', path, ...options, '--', 'sh', '-c', `OUT='${scratch.file('out')}'; ${script}`], host);
}

function lines(count: number): Promise<string[]> {
  return eventually(`${count} lines`, async () => {
    const found = (await scratch.read('out')).split('\n').filter((line) => line !== '');
    return found.length >= count ? found : undefined;
  });
}

const untilTold = `trap 'exit 7' TERM; echo "$NDSR_ELECTION $NDSR_FENCING_TOKEN" >> "$OUT"; while :; do sleep 0.02; done`;

/** Removes the node of the leader. */
async function depose(): Promise<void> {
  const [first = ''] = Object.keys((await other.get(path, { children: 'names' })).children).sort();
  await other.unset(`${path}/${first}`, { force: true });
  other.unwatch(path);
}

describe('ndsr elect', () => {
  it('runs the command as the leader, and returns its exit code', async () => {
    expect(await elect('echo "$NDSR_ELECTION" >> "$OUT"; exit 5', '--name', 'server1')).toBe(5);
    expect([await scratch.read('out'), await other.getElection(path).leader()]).toEqual([`${path}\n`, undefined]);
  });

  it('waits for its turn, and leaves the queue when asked to end', async () => {
    const led = other
      .getElection(path)
      .lead((signal) => new Promise((_, reject) => signal.addEventListener('abort', reject)));
    led.catch(() => undefined);
    await eventually('another leads', async () => (await other.getElection(path).leader()) === '' || undefined);
    const elected = elect('echo ran >> "$OUT"');
    await eventually('it stands', async () => (await other.getElection(path).contenders()).length === 2 || undefined);
    host.signal('SIGINT');
    expect([await elected, await scratch.read('out')]).toEqual([130, '']);
  });

  it('forwards a signal, and leads until the command has ended', async () => {
    const elected = elect(untilTold);
    await lines(1);
    host.signal('SIGTERM');
    expect(await elected).toBe(7);
  });

  it('ends the command with 79 when leadership is lost, or becomes a candidate again', async () => {
    const elected = elect(untilTold);
    await lines(1);
    await depose();
    expect(await elected).toBe(exitCodes.lockLost);
    const again = elect(untilTold, '--requeue');
    await lines(2);
    await depose();
    const [, second, third] = (await lines(3)).map((line) => Number(line.split(' ')[1]));
    expect(third).toBeGreaterThan(second ?? 0);
    host.signal('SIGTERM');
    expect(await again).toBe(7);
  });
});
