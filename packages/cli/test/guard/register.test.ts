import { writeFile } from 'node:fs/promises';
import { NotAuthorizedError } from '@ndsr/core';
import type { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import { eventually } from '@ndsr/test-support';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes, run } from '../../src/index.js';
import type { FakeHost } from '../support/fake-host.js';
import { MemoryScene } from '../support/memory-scene.js';
import type { Scratch } from '../support/scratch.js';

const path = '/production/web/a:80';

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

function register(...args: string[]): Promise<number> {
  return run(['register', path, ...args], host);
}

async function stands(): Promise<boolean> {
  return (await other.get(path)).stat !== null;
}

function until(standing: boolean): Promise<boolean> {
  return eventually(`it stands: ${standing}`, async () => (await stands()) === standing || undefined);
}

describe('ndsr register', () => {
  it('keeps the node while the command runs, and returns its exit code', async () => {
    const registered = register(
      '{"weight":2}',
      '--',
      'sh',
      '-c',
      `while [ ! -e '${scratch.file('end')}' ]; do sleep 0.02; done; exit 6`,
    );
    await until(true);
    expect((await other.get(path)).data).toMatchObject({ weight: 2 });
    await writeFile(scratch.file('end'), '');
    expect([await registered, await stands(), store.sessions]).toEqual([6, false, 1]);
  });

  it('removes the node first, then forwards the signal after the drain', async () => {
    const note = `trap 'date +%s%N > "${scratch.file('signalled')}"; exit 0' TERM`;
    const script = `${note}; echo ready > '${scratch.file('out')}'; while :; do sleep 0.02; done`;
    const registered = register('--drain', '300ms', '--', 'sh', '-c', script);
    await until(true);
    await eventually('it listens to signals', async () => (await scratch.read('out')) || undefined);
    let goneAt = Number.POSITIVE_INFINITY;
    await other.get(path, {
      callback: ({ stat }) => {
        if (stat === null) goneAt = Date.now();
      },
    });
    host.signal('SIGTERM');
    expect(await registered).toBe(0);
    const signalledAt = Number(await scratch.read('signalled')) / 1_000_000;
    // Later by the drain time; timers and clocks may differ by some milliseconds.
    expect(signalledAt - goneAt).toBeGreaterThan(280);
  });

  it('forwards the signal also when the node cannot be removed', async () => {
    const registered = register(
      '--',
      'sh',
      '-c',
      `trap 'exit 8' TERM; echo ready > '${scratch.file('out')}'; while :; do sleep 0.02; done`,
    );
    await until(true);
    await eventually('it listens to signals', async () => (await scratch.read('out')) || undefined);
    store.refuse({ operation: 'remove', error: new NotAuthorizedError(path) });
    host.signal('SIGTERM');
    expect(await registered).toBe(8);
    expect(host.stderr.text).toContain('Not permitted on');
  });

  it('ends the command when the registration is not permitted', async () => {
    store.refuse({ operation: 'create', error: new NotAuthorizedError(path) });
    expect(await register('--', 'sleep', '60')).toBe(exitCodes.denied);
    expect(await register()).toBe(exitCodes.denied);
  });

  it('registers only while the check passes', async () => {
    const check = ['--check', `test -e '${scratch.file('well')}'`, '--every', '30ms', '--rise', '2', '--fall', '2'];
    const registered = register(...check);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await stands()).toBe(false);
    await writeFile(scratch.file('well'), '');
    await until(true);
    await scratch.remove();
    await until(false);
    host.signal('SIGTERM');
    expect(await registered).toBe(0);
    expect(host.stderr.text).toBe(`ndsr: ${path} is registered\nndsr: ${path} is withdrawn\n`);
  });

  it('applies the results of checks without a connection later', async () => {
    await writeFile(scratch.file('well'), '');
    const registered = register(
      '--check',
      `test -e '${scratch.file('well')}'`,
      '--every',
      '30ms',
      '--rise',
      '1',
      '--fall',
      '1',
    );
    await until(true);
    await store.goDown();
    await scratch.remove();
    await host.stderr.until(/will be unset later/);
    await store.comeBack();
    await until(false);
    host.signal('SIGTERM');
    expect(await registered).toBe(0);
  });

  it('leaves the path to another owner that has taken it', async () => {
    const registered = register();
    await until(true);
    await other.setNode(path, { mine: true });
    host.signal('SIGTERM');
    expect(await registered).toBe(0);
    expect((await other.get(path)).data).toMatchObject({ mine: true });
  });
});
