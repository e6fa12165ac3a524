import { defaultLogger, systemClock } from '@ndsr/core/backend';
import { expect, onTestFinished, test } from 'vitest';
import { FileSystemBackend, FileSystemServiceRegistry } from '../src/index.js';
import { exitOf, startMember } from './support/member.js';
import { openFolder } from './support/open-folder.js';

// The other processes run the built package: `npm test` builds first; by hand use `npx turbo run build`.

async function observer(folder: string): Promise<FileSystemServiceRegistry> {
  const registry = new FileSystemServiceRegistry({ folder, timeoutMs: 1_000 });
  onTestFinished(() => registry.stop());
  await registry.start();
  return registry;
}

function startRegistered(folder: string, name: string) {
  const member = startMember('register', folder, name);
  onTestFinished(() => void member.kill('SIGKILL'));
  return member;
}

test('processes see each other come, leave and die', async () => {
  const folder = await openFolder();
  const registry = await observer(folder);
  const seen: string[][] = [];
  const listed = (names: string[]) => expect.poll(() => seen.at(-1), { timeout: 60_000 }).toEqual(names);
  await registry.addCallback('/services', ({ children }) => seen.push(Object.keys(children)));
  const [polite, killed] = [startRegistered(folder, 'polite'), startRegistered(folder, 'killed')];
  await listed(['killed', 'polite']);
  polite.kill('SIGTERM');
  expect(await exitOf(polite)).toBe(0);
  await listed(['killed']);
  killed.kill('SIGKILL');
  await listed([]);
});

test('a process that was frozen for too long has lost its session, and registers again', async () => {
  const folder = await openFolder();
  const registry = await observer(folder);
  const frozen = startRegistered(folder, 'frozen');
  await registry.get('/services', { minChildren: 1, waitMs: 60_000 });
  const standing = async () => Object.keys((await registry.get('/services')).children).length;
  frozen.kill('SIGSTOP');
  await expect.poll(standing, { timeout: 60_000 }).toBe(0);
  frozen.kill('SIGCONT');
  await expect.poll(standing, { timeout: 60_000 }).toBe(1);
});

test('no write of several processes is lost', async () => {
  const folder = await openFolder();
  const backend = new FileSystemBackend(folder, {
    clock: systemClock,
    logger: defaultLogger,
    random: Math.random,
    timeoutMs: 5_000,
    requestTimeoutMs: 10_000,
  });
  onTestFinished(() => backend.close());
  await new Promise<void>((resolve) => backend.connect(({ type }) => type === 'connected' && resolve()));
  await backend.create('/counter', { kind: 'persistent', data: Buffer.from('0'), replacing: null });
  const members = [1, 2, 3].map(() => startMember('count', folder, '50'));
  expect(await Promise.all(members.map(exitOf))).toEqual([0, 0, 0]);
  const { data, stat } = await backend.read('/counter', { children: 'none' });
  expect([String(Buffer.from(data ?? [])), stat?.version]).toEqual(['150', 150]);
});
