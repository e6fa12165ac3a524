import assert from 'node:assert/strict';
import { bytes, childNames, text } from '../support/node-bytes.js';
import type { BackendCase } from './backend-case.js';
import type { BackendScene } from './backend-scene.js';
import type { ObservedBackend } from './observed-backend.js';
import type { WatchRecorder } from './watch-recorder.js';

/** Duty 7: watches survive outages and new sessions, and deliver once after each `connected`. */
export const reconnectCases: readonly BackendCase[] = [
  {
    name: 'after an outage each watch delivers once, whether anything changed or not',
    needs: 'faults',
    async run(scene) {
      const backend = await scene.connected();
      await assertDeliveredOnce(scene, backend, async () => {
        await scene.goDown(backend);
        await scene.faults.comeBack();
      });
    },
  },
  {
    name: 'after an expired session each watch delivers once, whether anything changed or not',
    needs: 'faults',
    async run(scene) {
      const backend = await scene.connected();
      await assertDeliveredOnce(scene, backend, async () => await scene.faults.expire(backend.port));
    },
  },
  {
    name: 'watches continue after an outage',
    needs: 'faults',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w/child', bytes('c'));
      const watches = [await b.watching('/w'), await b.watching('/absent')] as const;
      for (let round = 1; round <= 2; round += 1) {
        await scene.goDown(a, b);
        await scene.comeBack(a, b);
        await assertAlive(a, watches, round);
      }
    },
  },
  {
    name: 'watches continue in a new session',
    needs: 'faults',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w/child', bytes('c'));
      const watches = [await b.watching('/w'), await b.watching('/absent')] as const;
      for (let round = 1; round <= 2; round += 1) {
        await scene.expire(b);
        await assertAlive(a, watches, round);
      }
    },
  },
  {
    name: 'changes made while the session was lost are delivered',
    needs: 'faults',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w/old', bytes('1'));
      await a.create('/kept', bytes('1'));
      const [list, kept] = [await b.watching('/w'), await b.watching('/kept')];
      await scene.faults.expire(b.port);
      await a.create('/w/new', bytes('2'));
      await a.remove('/w/old', 0);
      await a.write('/kept', bytes('2'), 0);
      await list.until('the new list', (node) => childNames(node).join() === 'new');
      await kept.until('the new data', ({ data }) => text(data) === '2');
    },
  },
  {
    name: 'changes made while one backend was cut off are delivered together once it is back',
    needs: 'cutOff',
    async run(scene) {
      const [a, b] = await scene.pair();
      await a.create('/w/old', bytes('1'));
      const watch = await b.watching('/w');
      const { cutOff, reconnect } = scene.faults;
      assert.ok(
        cutOff !== undefined && reconnect !== undefined,
        'the suite was given `cutOff: true`, but `faults` has none',
      );
      await cutOff(b.port);
      await b.disconnected();
      const before = scene.journal.now;
      await a.create('/w/new', bytes('2'));
      await a.remove('/w/old', 0);
      await a.write('/w', bytes('own'), 0);
      assert.deepEqual(watch.since(before), []);
      await reconnect(b.port);
      await b.connected(2);
      const first = await watch.after(before);
      assert.deepEqual([text(first.data), childNames(first)], ['own', ['new']]);
      await scene.quiet();
      assert.equal(watch.since(before).length, 1);
    },
  },
  {
    name: 'a watch started during an outage begins once the connection is established',
    needs: 'faults',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/w', bytes('x'));
      await scene.goDown(backend);
      const [watch, disposed] = [backend.watch('/w'), backend.watch('/w')];
      disposed.dispose();
      await scene.quiet();
      assert.equal(watch.deliveries.length, 0);
      await scene.comeBack(backend);
      await watch.until('the node', ({ data }) => text(data) === 'x');
    },
  },
  {
    name: 'a watch disposed during an outage stays silent afterwards',
    needs: 'faults',
    async run(scene) {
      const backend = await scene.connected();
      const watch = await backend.watching('/w');
      await scene.goDown(backend);
      watch.dispose();
      const before = scene.journal.now;
      await scene.comeBack(backend);
      await backend.create('/w', bytes('x'));
      await scene.quiet();
      assert.deepEqual(watch.since(before), []);
    },
  },
  {
    name: 'nothing is delivered during an outage',
    needs: 'faults',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/w', bytes('x'));
      const watch = await backend.watching('/w');
      await scene.goDown(backend);
      const before = scene.journal.now;
      await scene.quiet();
      assert.deepEqual(watch.since(before), []);
    },
  },
  {
    name: 'five hundred watches all survive an outage and a new session',
    needs: 'faults',
    async run(scene) {
      const [a, b] = await scene.pair();
      const watches: WatchRecorder[] = [];
      for (let i = 0; i < 500; i += 1) watches.push(b.watch(`/many/n${i}`));
      for (const watch of watches) await watch.until('for the first time', () => true);
      await scene.goDown(a, b);
      await scene.comeBack(a, b);
      await scene.expire(b);
      await Promise.all(watches.map(({ path }) => a.create(path, bytes(path))));
      for (const watch of watches) await watch.until('its node', ({ data }) => text(data) === watch.path);
    },
  },
];

async function assertDeliveredOnce(
  scene: BackendScene,
  backend: ObservedBackend,
  interrupt: () => Promise<void>,
): Promise<void> {
  await backend.create('/w/child', bytes('c'));
  const watches = [await backend.watching('/w'), await backend.watching('/w/child'), await backend.watching('/absent')];
  const before = scene.journal.now;
  await interrupt();
  await backend.connected(2);
  const connected = backend.connection.momentOf('connected');
  for (const watch of watches) {
    await watch.after(connected);
    await scene.quiet();
    assert.equal(watch.since(before).length, 1, `deliveries of ${watch.path}`);
  }
}

/** Asserts that the watches of `/w` and of `/absent` deliver the changes that `other` makes. */
async function assertAlive(
  other: ObservedBackend,
  [list, absent]: readonly [WatchRecorder, WatchRecorder],
  round: number,
): Promise<void> {
  await other.create(`/w/round-${round}`, bytes('r'));
  await list.until('a new child', ({ children }) => children.has(`round-${round}`));
  await other.write('/w/child', bytes(`${round}`), round - 1);
  await list.until("a child's new data", ({ children }) => text(children.get('child')?.data) === `${round}`);
  await other.create('/absent', bytes('x'));
  await absent.until('the node', ({ stat }) => stat !== null);
  await other.remove('/absent', 0);
  await absent.until('its end', ({ stat }) => stat === null);
}
