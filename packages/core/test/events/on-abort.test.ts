import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { onAbort } from '../../src/events/on-abort.js';
import { startedRegistry } from '../support/fake-registry.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

function listenersOf(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

it('adds one listener to a signal for any number of calls, and removes it when no call waits', () => {
  const { signal } = new AbortController();
  const undos = Array.from({ length: 100 }, () => onAbort(signal, () => undefined));
  expect(listenersOf(signal)).toBe(1);
  for (const undo of undos) undo();
  expect(listenersOf(signal)).toBe(0);
  onAbort(signal, () => undefined)();
  expect(listenersOf(signal)).toBe(0);
});

it('calls each of them once, except those that no longer wait', () => {
  const controller = new AbortController();
  const called: string[] = [];
  const undos = [
    onAbort(controller.signal, () => {
      called.push('first');
      undos[2]?.();
    }),
    onAbort(controller.signal, () => called.push('second')),
    onAbort(controller.signal, () => called.push('third')),
  ];
  undos[1]?.();
  controller.abort();
  controller.abort();
  expect(called).toEqual(['first']);
  expect(listenersOf(controller.signal)).toBe(0);
});

it('reports a signal that has already aborted soon, not immediately', async () => {
  const called: string[] = [];
  onAbort(AbortSignal.abort(), () => called.push('aborted'));
  onAbort(AbortSignal.abort(), () => called.push('undone'))();
  expect(called).toEqual([]);
  await turn();
  expect(called).toEqual(['aborted']);
});

it('a hundred calls that share a signal print no warning, end with its reason and leave no listener', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): number => warnings.push(warning);
  process.on('warning', onWarning);
  const registry = await startedRegistry();
  const controller = new AbortController();
  const { signal } = controller;
  const waitMs = 10_000;
  const loops = Array.from({ length: 20 }, (_, i) => registry.watch(`/loop${i}`, { signal }));
  await registry.getLock('/lock').acquire();
  const calls = [
    ...Array.from({ length: 20 }, (_, i) => registry.get(`/get${i}`, { waitMs, signal })),
    ...Array.from({ length: 20 }, () => registry.getLock('/lock').acquire({ waitMs, signal })),
    ...Array.from({ length: 20 }, () =>
      registry.getElection('/election').lead(() => new Promise(() => undefined), { signal }),
    ),
    ...Array.from({ length: 20 }, () => registry.getElection('/election').watch({ signal }).next()),
    ...loops.map(async (loop) => {
      await loop.next();
      await loop.next();
    }),
  ].map((call) => new Outcome<unknown>(call));
  await turn();
  const [leading, waiting] = [calls.filter(({ state }) => state === 'pending').length, listenersOf(signal)];
  expect([leading > 50, waiting]).toEqual([true, 1]);
  controller.abort();
  await registry.stop();
  await turn();
  expect(listenersOf(signal)).toBe(0);
  expect(warnings).toEqual([]);
  process.off('warning', onWarning);
});
