import assert from 'node:assert/strict';
import { ServiceRegistryError, StoppedError } from '@ndsr/core';
import { forLater, outcomes, rejectsWith } from '../support/rejection.js';
import type { RegistryCase } from './registry-case.js';

/** start, stop, rebuild, phases, events. */
export const lifecycleCases: readonly RegistryCase[] = [
  {
    name: 'a new registry is idle and opens nothing by itself',
    async run(scene) {
      const registry = scene.registry();
      await scene.quiet();
      assert.equal(registry.phase, 'idle');
      assert.equal(registry.getState(), false);
      assert.equal(registry.peek('/anything'), undefined);
      assert.equal(registry.freshness('/anything'), undefined);
      assert.equal(registry.phase, 'idle');
    },
  },
  {
    name: 'start connects and resolves true, again and concurrently',
    async run(scene) {
      const registry = scene.registry();
      const log = scene.events(registry);
      assert.deepEqual(await scene.within('start', Promise.all([registry.start(), registry.start()])), [true, true]);
      assert.equal(await registry.start(), true);
      assert.equal(registry.phase, 'connected');
      assert.equal(registry.getState(), true);
      assert.deepEqual(log.phases, ['connecting', 'connected']);
    },
  },
  {
    name: 'phase events report each step of a life, with the phase before',
    async run(scene) {
      const registry = scene.registry();
      const steps: string[] = [];
      registry.on('phase', ({ phase, previous }) => steps.push(`${previous} > ${phase}`));
      registry.on('phase', ({ phase }) => assert.equal(registry.phase, phase));
      await registry.start();
      await registry.stop();
      await registry.start();
      assert.deepEqual(steps, [
        'idle > connecting',
        'connecting > connected',
        'connected > stopped',
        'stopped > connecting',
        'connecting > connected',
      ]);
    },
  },
  {
    name: 'getState calls back at once and at each change, with the boolean',
    async run(scene) {
      const registry = scene.registry();
      const states: boolean[] = [];
      assert.equal(
        registry.getState((connected) => states.push(connected)),
        false,
      );
      assert.deepEqual(states, [false]);
      await registry.start();
      await registry.stop();
      await registry.start();
      assert.deepEqual(states, [false, true, false, true]);
    },
  },
  {
    name: 'stop may be called again, concurrently, and without a start',
    async run(scene) {
      const registry = await scene.started();
      await scene.within('stop', Promise.all([registry.stop(), registry.stop()]));
      await registry.stop();
      assert.equal(registry.phase, 'stopped');
      await scene.within('stop', scene.registry().stop());
    },
  },
  {
    name: 'stop right after start leaves the registry stopped',
    async run(scene) {
      const registry = scene.registry();
      const start = forLater(registry.start());
      await scene.within('stop', registry.stop());
      await scene.within('start', Promise.allSettled([start]));
      await scene.quiet();
      assert.equal(registry.phase, 'stopped');
    },
  },
  {
    name: 'await using stops the registry',
    async run(scene) {
      const registry = await scene.started();
      await registry.setNode('/used');
      await registry[Symbol.asyncDispose]();
      assert.equal(registry.phase, 'stopped');
      assert.equal((await scene.seenByOthers('/used')).stat, null);
    },
  },
  {
    name: 'stop deletes the ephemeral nodes and keeps persistent ones',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await registry.setNode('/stop/ephemeral', { a: 1 });
      await registry.setData('/stop/persistent', { a: 1 });
      const log = await scene.watching(other, '/stop');
      await registry.stop();
      await log.until('what stays', ({ children }) => Object.keys(children).join() === 'persistent');
    },
  },
  {
    name: 'known snapshots stay available after stop',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setData('/known', { a: 1 });
      const known = await registry.get('/known');
      await registry.stop();
      assert.equal(registry.peek('/known'), known);
      assert.equal(registry.freshness('/known')?.origin, 'last-known');
    },
  },
  {
    name: 'start after stop re-creates registrations with the same bytes, and callbacks',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const log = await scene.watching(registry, '/watched');
      await registry.setNode('/again/one', { a: 1 });
      const before = (await other.get('/again/one')).data;
      await registry.stop();
      await other.setData('/watched', { b: 2 });
      await registry.start();
      const back = await scene.watching(other, '/again/one');
      assert.deepEqual((await back.until('the registration', ({ stat }) => stat !== null)).data, before);
      await log.until('the change', ({ data }) => data?.b === 2);
    },
  },
  {
    name: 'rebuild opens a new session with the registrations, the same bytes, and the callbacks',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const log = await scene.watching(registry, '/watched');
      await registry.setNode('/rebuilt', { a: 1 });
      const before = await other.get('/rebuilt');
      assert.equal(await scene.within('rebuild', registry.rebuild()), true);
      const back = await scene.watching(other, '/rebuilt');
      const owner = before.stat?.ephemeralOwner;
      const after = await back.until('the new owner', ({ stat }) => stat !== null && stat.ephemeralOwner !== owner);
      assert.deepEqual(after.data, before.data);
      await other.setData('/watched', { b: 2 });
      await log.until('the change', ({ data }) => data?.b === 2);
    },
  },
  {
    name: 'stop rejects calls that wait with StoppedError',
    async run(scene) {
      const registry = await scene.started();
      await registry.get('/waiting');
      const waiting = forLater(registry.get('/waiting', { waitMs: 60_000 }));
      await scene.quiet();
      await registry.stop();
      await rejectsWith(StoppedError, scene.within('the call that waits', waiting));
    },
  },
  {
    name: 'stop while registrations are being created leaves no leftover node',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const calls = Array.from({ length: 20 }, (_, i) => forLater(registry.setNode(`/phantom/n${i}`)));
      await scene.within('stop', registry.stop());
      const { errors } = await outcomes(calls.map((call) => scene.within('setNode', call)));
      for (const error of errors) assert.ok(error instanceof ServiceRegistryError, String(error));
      await scene.quiet();
      assert.deepEqual(Object.keys((await other.get('/phantom')).children), []);
    },
  },
  {
    name: 'a state callback that throws is reported as a fault and stays subscribed',
    async run(scene) {
      const registry = scene.registry();
      const log = scene.events(registry);
      let calls = 0;
      registry.getState(() => {
        calls += 1;
        throw new Error('thrown on purpose');
      });
      assert.equal(await registry.start(), true);
      assert.equal(calls, 2);
      assert.deepEqual(
        log.faults.map(({ code }) => code),
        ['ERR_NDSR_CALLBACK', 'ERR_NDSR_CALLBACK'],
      );
    },
  },
  {
    name: 'on returns a function that removes the listener',
    async run(scene) {
      const registry = scene.registry();
      const phases: string[] = [];
      const undo = registry.on('phase', ({ phase }) => phases.push(phase));
      await registry.start();
      undo();
      await registry.stop();
      assert.deepEqual(phases, ['connecting', 'connected']);
    },
  },
  {
    name: 'a listener that throws does not affect others and is reported as a fault',
    async run(scene) {
      const registry = scene.registry();
      const cause = new Error('thrown on purpose');
      registry.on('phase', () => {
        throw cause;
      });
      const log = scene.events(registry);
      assert.equal(await registry.start(), true);
      assert.deepEqual(log.phases, ['connecting', 'connected']);
      assert.equal(log.faults[0]?.code, 'ERR_NDSR_CALLBACK');
      assert.equal(log.faults[0]?.cause, cause);
    },
  },
  {
    name: 'a fixture with faults declares them',
    async run(scene) {
      assert.equal(scene.options.faults, scene.fixture.faults !== undefined, 'give the suite `faults: true`');
    },
  },
  {
    name: 'two fixtures do not see each other',
    async run(scene) {
      const here = await scene.started();
      const other = await scene.options.open();
      const there = other.registry();
      try {
        await here.setData('/isolated', { here: true });
        assert.equal((await scene.within('get there', there.get('/isolated'))).stat, null);
      } finally {
        await there.stop();
        await other.close();
      }
    },
  },
];
