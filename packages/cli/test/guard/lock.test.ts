import type { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import { eventually } from '@ndsr/test-support';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes, run } from '../../src/index.js';
import type { FakeHost } from '../support/fake-host.js';
import { MemoryScene } from '../support/memory-scene.js';
import type { Scratch } from '../support/scratch.js';
import { isAlive } from '../support/witness.js';

const path = '/locks/a';

let store: MemoryStore;
let other: MemoryServiceRegistry;
let host: FakeHost;
let scratch: Scratch;
let scene: MemoryScene;

beforeEach(async () => {
  scene = await MemoryScene.open();
  ({ store, other, host, scratch } = scene);
});
afterEach(() => scene.close());

/** Runs `sh -c script` under the lock; in the script, `$OUT` is a file. */
function lock(script: string, ...options: string[]): Promise<number> {
  return run(['lock', path, ...options, '--', 'sh', '-c', `OUT='${scratch.file('out')}'; ${script}`], host);
}

async function isFree(): Promise<boolean> {
  const acquired = await other.acquireLock(path, { waitMs: 0 });
  await other.releaseLock(path);
  return acquired;
}

/** Resolves to the process ids that the script wrote, one a line, once there are `count`. */
async function pids(count: number): Promise<readonly number[]> {
  return eventually(`${count} process ids`, async () => {
    const lines = (await scratch.read('out')).split('\n').filter((line) => line !== '');
    return lines.length >= count ? lines.map(Number) : undefined;
  });
}

describe('ndsr lock', () => {
  it.each<[string, number]>([
    ['exit 0', 0],
    ['exit 7', 7],
    ['kill -9 $$', 137],
    ['kill -15 $$', 143],
    ['exec /no/such/command', exitCodes.notFound],
    ['exec /etc', exitCodes.notExecutable],
  ])('%s: %d, and the lock is free again', async (script, code) => {
    expect(await lock(script)).toBe(code);
    expect([await isFree(), store.sessions]).toEqual([true, 1]);
  });

  it('passes the arguments to the command unchanged', async () => {
    const words = ['', 'a b', "it's", '$HOME', '--', '-n', '\n'];
    const print = ['sh', '-c', `printf '%s|' "$@" > '${scratch.file('words')}'`, 'sh', ...words];
    expect(await run(['lock', path, '--', ...print], host)).toBe(0);
    expect(await scratch.read('words')).toBe(words.map((word) => `${word}|`).join(''));
  });

  it('passes the path of the lock and its fencing token to the command', async () => {
    await lock('echo "$NDSR_LOCK $NDSR_FENCING_TOKEN" >> "$OUT"');
    await lock('echo "$NDSR_LOCK $NDSR_FENCING_TOKEN" >> "$OUT"');
    const [first, second] = (await scratch.read('out'))
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    expect([first?.[0], second?.[0]]).toEqual([path, path]);
    expect(Number(second?.[1])).toBeGreaterThan(Number(first?.[1]));
  });

  it('does not run the command when the lock is not acquired in time, and names the holder', async () => {
    const held = other.getLock(path, { name: 'server1' });
    await held.acquire();
    expect(await lock('echo ran > "$OUT"', '--wait', '20ms')).toBe(exitCodes.notInTime);
    expect(await scratch.read('out')).toBe('');
    expect(host.stderr.text).toBe(`ndsr: ${path} could not be acquired in time, held by server1\n`);
  });

  it('waits without a limit, and leaves the queue when asked to end', async () => {
    const held = other.getLock(path);
    await held.acquire();
    const locked = lock('echo ran > "$OUT"');
    await eventually(
      'it waits',
      async () => store.dump().some((each) => each.startsWith(`${path}-__lock__/`)) || undefined,
    );
    host.signal('SIGINT');
    expect(await locked).toBe(130);
    expect(await scratch.read('out')).toBe('');
    await held.release();
    expect(await isFree()).toBe(true);
  });

  it('allows the given number of simultaneous holders', async () => {
    await other.getLock(path, { simultaneous: 2 }).acquire();
    expect(await lock('exit 5', '--simultaneous', '2', '--wait', '0')).toBe(5);
    expect(await lock('exit 5', '--simultaneous', '3')).toBe(exitCodes.taken);
  });

  it('forwards a signal, keeps the lock until all processes of the command have ended, and returns its exit code', async () => {
    const locked = lock(`trap 'sleep 0.5; exit 9' TERM; echo $$ >> "$OUT"; while :; do sleep 0.05; done`);
    const [pid = 0] = await pids(1);
    host.signal('SIGTERM');
    const free = eventually('the lock is free', async () => (await isFree()) || undefined).then(() => isAlive(pid));
    expect([await locked, await free]).toEqual([9, false]);
  });

  it('kills a command that does not end within the grace period', async () => {
    const locked = lock(`trap '' TERM; echo $$ >> "$OUT"; while :; do sleep 0.05; done`, '--grace', '100ms');
    const [pid = 0] = await pids(1);
    host.signal('SIGTERM');
    expect([await locked, isAlive(pid)]).toEqual([137, false]);
  });

  it('leaves no child process of an ended command running', async () => {
    const stubborn = `sh -c 'trap "" TERM; echo $$ >> "$1"; while :; do sleep 0.05; done' sh "$OUT" &`;
    expect(await lock(`${stubborn} while [ ! -s "$OUT" ]; do sleep 0.01; done; exit 4`, '--grace', '100ms')).toBe(4);
    expect((await pids(1)).map(isAlive)).toEqual([false]);
  });

  it('ends the command at once when another client deletes the lock', async () => {
    const locked = lock(`trap '' TERM; echo $$ >> "$OUT"; while :; do sleep 0.05; done`);
    const [pid = 0] = await pids(1);
    const [lease = ''] = Object.keys((await other.get(path, { children: 'names' })).children);
    await other.unset(`${path}/${lease}`, { force: true });
    expect([await locked, isAlive(pid)]).toEqual([exitCodes.lockLost, false]);
    expect(host.stderr.text).toContain(`${path} is lost, and the command was ended for that`);
  });
});
