import { expect, it } from 'vitest';
import { expectQuietAfterStop } from '../support/expect-quiet.js';
import { startedRegistry } from '../support/fake-registry.js';
import { bytes } from '../support/fake-store.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

// A listener calls the registry in the middle of the reconciliation that emitted the event.

it('a listener of unregistered that registers again gets its node', async () => {
  const registry = await startedRegistry();
  await registry.setNode('/a', { x: 1 });
  await turn();
  let again: Outcome<boolean> | undefined;
  registry.on('unregistered', () => {
    again ??= new Outcome(registry.setNode('/a', { x: 2 }));
  });
  expect(await registry.unset('/a')).toBe(true);
  await turn();
  expect(again?.value).toBe(true);
  expect(registry.store.json('/a')?.x).toBe(2);
  registry.store.delete('/a');
  await turn();
  expect(registry.store.json('/a')?.x).toBe(2);
  await expectQuietAfterStop(registry);
});

it('a listener of conflict that withdraws: the node is not created when the competing owner goes', async () => {
  const registry = await startedRegistry();
  await registry.setNode('/a', { x: 1 });
  await turn();
  let withdrawal: Outcome<boolean> | undefined;
  registry.on('conflict', ({ path }) => {
    withdrawal = new Outcome(registry.unset(path));
  });
  registry.store.put('/a', bytes('competitor'), 77n);
  await turn();
  expect(withdrawal?.value).toBe(true);
  expect(registry.backend.watchesOf('/a')).toEqual([]);
  registry.store.delete('/a');
  await turn();
  expect(registry.store.has('/a')).toBe(false);
  await expectQuietAfterStop(registry);
});

it('a listener of registered that changes the data: the last data wins', async () => {
  const registry = await startedRegistry();
  let change: Outcome<boolean> | undefined;
  registry.on('registered', ({ path }) => {
    change ??= new Outcome(registry.setNode(path, { x: 2 }));
  });
  expect(await registry.setNode('/a', { x: 1 })).toBe(true);
  await turn();
  expect(change?.value).toBe(true);
  expect(registry.store.json('/a')?.x).toBe(2);
  await expectQuietAfterStop(registry);
});

it('a listener of a lost session that registers more: all nodes are created in the next session', async () => {
  const registry = await startedRegistry({ offline: 'defer' });
  await registry.setNode('/a', { x: 1 });
  await turn();
  const calls: Promise<boolean>[] = [];
  registry.on('unregistered', ({ reason }) => reason === 'lost' && calls.push(registry.setNode('/more', { x: 2 })));
  registry.on('phase', ({ phase }) => phase === 'connected' && calls.push(registry.setNode('/late', { x: 3 })));
  registry.backend.lose();
  await turn();
  registry.backend.up();
  await turn();
  expect(['/a', '/more', '/late'].map((path) => registry.store.json(path)?.x)).toEqual([1, 2, 3]);
  expect(await Promise.all(calls)).toEqual([false, true]);
  await expectQuietAfterStop(registry);
});
