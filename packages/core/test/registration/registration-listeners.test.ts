import { expect, it } from 'vitest';
import { expectQuietAfterStop } from '../support/expect-quiet.js';
import { startedRegistry } from '../support/fake-registry.js';
import { bytes } from '../support/fake-store.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

// What a listener of an event asks for is asked for in the middle of what led to the event.

it('a listener that hears of a withdrawal registers again: it stands, whoever else thought that it was done', async () => {
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

it('a listener that hears of a rival gives up: nothing comes back when the rival goes', async () => {
  const registry = await startedRegistry();
  await registry.setNode('/a', { x: 1 });
  await turn();
  let withdrawal: Outcome<boolean> | undefined;
  registry.on('conflict', ({ path }) => {
    withdrawal = new Outcome(registry.unset(path));
  });
  registry.store.put('/a', bytes('rival'), 77n);
  await turn();
  expect(withdrawal?.value).toBe(true);
  expect(registry.backend.watchesOf('/a')).toEqual([]);
  registry.store.delete('/a');
  await turn();
  expect(registry.store.has('/a')).toBe(false);
  await expectQuietAfterStop(registry);
});

it('a listener that hears of a registration changes it: the last wish stands', async () => {
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

it('a listener that hears of a lost session registers more: all of it comes with the next one', async () => {
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
