import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DataTooLargeError,
  InvalidArgumentError,
  InvalidPathError,
  NoConnectionError,
  ReadOnlyError,
} from '@ndsr/core';
import { bytes } from '../support/node-bytes.js';
import { forLater, rejectsWith } from '../support/rejection.js';
import type { EventLog } from './event-log.js';
import { failureTable, quote } from './failure-table.js';
import { workPath, writeOperations } from './operations.js';
import type { RegistryCase } from './registry-case.js';
import { WarningLog } from './warning-log.js';

const giveUpMs = 300;
/** The servers' limit for one request, in cases about refused requests. */
const limitBytes = 50_000;
const tooLarge = { text: 'x'.repeat(2 * limitBytes) };

/** The table of failures, row by row, as a caller sees them. Each case is named with the words of its row. */
export const failureTableCases: readonly RegistryCase[] = [
  {
    name: quote(failureTable.unreachable),
    needs: 'faults',
    async run(scene) {
      await scene.faults.goDown();
      const registry = scene.registry({ timeoutMs: giveUpMs, lazy: false });
      const { message, cause } = await rejectsWith(NoConnectionError, scene.within('start', registry.start()));
      // A backend that knows the reasons has reported them.
      if (cause !== undefined) assert.match(message, /: .+/);
      assert.equal(registry.phase, 'idle');
      const log = scene.events(registry);
      await scene.faults.comeBack();
      await scene.quiet();
      assert.deepEqual(log.events, [], 'nothing goes on trying');
    },
  },
  {
    name: quote(failureTable.unreachableLazy),
    needs: 'faults',
    async run(scene) {
      const other = await scene.started();
      await scene.goDown(other);
      const warnings = new WarningLog();
      const registry = scene.registry({ timeoutMs: giveUpMs, lazy: true, logger: warnings.logger });
      const log = scene.events(registry);
      assert.equal(await scene.within('start', registry.start()), false);
      // A backend may also report why it cannot connect; each fault is a line.
      assert.equal(warnings.lines.length - log.faults.length, 1, warnings.lines.join('\n'));
      assert.equal(registry.phase, 'connecting');
      await scene.comeBack(registry);
    },
  },
  {
    name: quote(failureTable.known),
    needs: 'faults',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setData('/table/known', { a: 1 });
      const known = await registry.get('/table/known');
      assert.equal(known.data?.a, 1);
      await scene.goDown(registry);
      let answered = false;
      const noted = registry.get('/table/known').then((again) => {
        answered = again === known;
      });
      void forLater(noted);
      // Immediately: without a timer or I/O in between.
      await new Promise((resolve) => setImmediate(resolve));
      assert.ok(answered, 'the same value, at once');
    },
  },
  {
    name: quote(failureTable.cached),
    needs: 'faults',
    async run(scene) {
      const folder = await mkdtemp(join(tmpdir(), 'ndsr-failure-table-'));
      try {
        const cacheFile = join(folder, 'cache.json');
        const [earlier, other] = [await scene.started({ cacheFile }), await scene.started()];
        for (const path of ['/table/same', '/table/differs']) {
          await other.setData(path, { a: 1 });
          assert.equal((await earlier.get(path)).data?.a, 1);
        }
        await scene.within('stop', earlier.stop());
        await other.setData('/table/differs', { a: 2 });
        await scene.goDown(other);
        const registry = scene.registry({ cacheFile, lazy: true, timeoutMs: giveUpMs });
        const [same, differs] = [scene.snapshots(), scene.snapshots()];
        for (const [path, { callback }] of [
          ['/table/same', same],
          ['/table/differs', differs],
        ] as const) {
          assert.equal((await scene.within(`get ${path}`, registry.get(path, { callback }))).data?.a, 1);
          assert.equal(registry.freshness(path)?.origin, 'cache-file');
        }
        await scene.comeBack(registry);
        await scene.eventually('it is live', () => registry.freshness('/table/same')?.origin === 'live');
        await differs.until('what differs', ({ data }) => data?.a === 2);
        await scene.quiet();
        assert.deepEqual([same.calls, differs.calls], [1, 2]);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  },
  {
    name: quote(failureTable.unknown, 'the rejection'),
    needs: 'faults',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setData('/table/unknown', { a: 1 });
      await scene.goDown(registry, other);
      const log = scene.snapshots();
      const get = registry.get('/table/unknown', { callback: log.callback });
      await rejectsWith(NoConnectionError, scene.within('get', get), '/table/unknown');
      await scene.comeBack(registry);
      await log.until('the value', ({ data }) => data?.a === 1);
      assert.equal(log.calls, 1);
    },
  },
  {
    name: quote(failureTable.unknown, "offline 'defer'"),
    needs: 'faults',
    async run(scene) {
      const [registry, other] = [await scene.started({ offline: 'defer' }), await scene.started()];
      await other.setData('/table/unknown', { a: 1 });
      await scene.goDown(registry, other);
      const log = scene.snapshots();
      const get = registry.get('/table/unknown', { callback: log.callback });
      const { data, children, stat } = await scene.within('get', get);
      assert.deepEqual([data, Object.keys(children), stat], [null, [], null]);
      await scene.comeBack(registry);
      await log.until('the value', ({ data: now }) => now?.a === 1);
    },
  },
  {
    name: quote(failureTable.disconnected, 'the rejection'),
    needs: 'faults',
    async run(scene) {
      const [registry, other] = await scene.pair();
      await other.setData('/table/there', { a: 1 });
      await scene.goDown(registry, other);
      await rejectsWith(NoConnectionError, scene.within('setNode', registry.setNode('/table/node')), '/table/node');
      await rejectsWith(NoConnectionError, scene.within('setData', registry.setData('/table/data')), '/table/data');
      await rejectsWith(NoConnectionError, scene.within('unset', registry.unset('/table/there')), '/table/there');
      await scene.comeBack(registry, other);
      await scene.quiet();
      assert.deepEqual(Object.keys((await scene.seenByOthers('/table')).children), ['there']);
    },
  },
  {
    name: quote(failureTable.disconnected, "offline 'defer'"),
    needs: 'faults',
    async run(scene) {
      const warnings = new WarningLog();
      const registry = await scene.started({ offline: 'defer', logger: warnings.logger });
      const other = await scene.started();
      await other.setData('/table/removed', { a: 1 });
      await scene.goDown(registry, other);
      const desired: readonly [path: string, wish: () => Promise<boolean>][] = [
        ['/table/node', () => registry.setNode('/table/node', { n: 1 })],
        ['/table/node', () => registry.setNode('/table/node', { n: 2 })],
        ['/table/data', () => registry.setData('/table/data', { n: 3 })],
        ['/table/never', () => registry.setNode('/table/never')],
        ['/table/never', () => registry.unset('/table/never')],
        ['/table/removed', () => registry.unset('/table/removed')],
      ];
      for (const [path, wish] of desired) {
        const before = warnings.about(path).length;
        assert.equal(await scene.within(path, wish()), false);
        assert.equal(warnings.about(path).length, before + 1, `a WARN line for ${path}`);
      }
      await scene.comeBack(registry, other);
      const log = await scene.watching(other, '/table');
      const shown = (): unknown[] => Object.entries(log.last?.children ?? {}).map(([name, data]) => [name, data?.n]);
      await log.until('the last requested state', () => shown().join() === 'data,3,node,2');
      await scene.quiet();
      assert.equal(shown().join(), 'data,3,node,2');
    },
  },
  {
    name: quote(failureTable.readOnly),
    needs: 'faults',
    async run(scene) {
      const otherClient = await scene.otherClient();
      await otherClient.create(workPath, bytes('{"first":true}'));
      const before = await otherClient.stat(workPath);
      const [idle, connected] = [scene.registry({ readOnly: true }), await scene.started({ readOnly: true })];
      const refuse = async (when: string): Promise<void> => {
        for (const registry of [idle, connected]) {
          for (const [name, write] of Object.entries(writeOperations)) {
            await rejectsWith(ReadOnlyError, scene.within(`${name} ${when}`, write(registry)));
          }
        }
      };
      await refuse('while connected');
      await scene.goDown(connected);
      await refuse('while disconnected');
      assert.equal(idle.phase, 'idle');
      await scene.comeBack(connected);
      await scene.eventually('the other client is connected', () => otherClient.connection.connected);
      await scene.quiet();
      assert.deepEqual(await otherClient.stat(workPath), before);
    },
  },
  {
    name: quote(failureTable.refusedByClosing, 'a call'),
    needs: 'refuseByClosing',
    async run(scene) {
      const registry = await scene.started();
      await registry.setNode('/table/kept', { n: 1 });
      await scene.refuseByClosing({ paths: ['/table/large'], bytes: limitBytes });
      const log = scene.events(registry);
      const call = scene.within('setData', registry.setData('/table/large', tooLarge));
      await rejectsWith(NoConnectionError, call, '/table/large');
      await scene.reconnected(registry);
      assert.equal(await scene.within('setData', registry.setData('/table/other', { n: 2 })), true);
      await scene.quiet();
      assert.equal(closings(log), 1);
      assert.deepEqual(Object.keys((await scene.seenByOthers('/table')).children), ['kept', 'other']);
    },
  },
  {
    name: quote(failureTable.refusedByClosing, 'in the background'),
    needs: 'refuseByClosing',
    async run(scene) {
      const registry = await scene.started({ offline: 'defer', restoreJitterMs: 0 });
      await scene.goDown(registry);
      const refused = ['/table/large', '/table/larger'];
      await registry.setNode('/table/large', tooLarge);
      await registry.setData('/table/larger', tooLarge);
      const small = Array.from({ length: 10 }, (_, index) => `node-${index}`);
      for (const name of small) await registry.setNode(`/table/${name}`);
      const log = scene.events(registry);
      await scene.refuseByClosing({ paths: refused, bytes: limitBytes });
      const faults = (): unknown[] => log.faults.map(({ code, path }) => `${code} ${path}`).sort();
      await log.until('a fault for each that is refused', () => faults().length >= refused.length);
      assert.deepEqual(
        faults(),
        refused.map((path) => `ERR_NDSR_REQUEST_REFUSED ${path}`),
      );
      await log.until('all others are registered', ({ registrations }) => registrations.length >= small.length);
      await scene.reconnected(registry);
      assert.equal(await scene.within('setData', registry.setData('/table/other', { n: 2 })), true);
      await scene.quiet();
      assert.ok(closings(log) <= 3 * refused.length, `${closings(log)} closings`);
      assert.deepEqual(Object.keys((await scene.seenByOthers('/table')).children), [...small, 'other']);
    },
  },
  {
    name: quote(failureTable.badArgument),
    async run(scene) {
      const registry = scene.registry();
      const beyondAll = { blob: 'x'.repeat(1_100_000) };
      const notJson = { x: 1n } as object as Record<string, never>;
      const misspelt = { waitMS: 1 } as object;
      await rejectsWith(InvalidPathError, registry.setNode('no/slash'));
      const refused = await rejectsWith(InvalidArgumentError, registry.setNode('/table/bad', notJson));
      assert.ok(refused instanceof TypeError, 'a TypeError too');
      await rejectsWith(InvalidArgumentError, registry.get('/table/bad', misspelt));
      await rejectsWith(DataTooLargeError, registry.setData('/table/bad', beyondAll), '/table/bad');
      assert.equal(registry.phase, 'idle');
      assert.equal((await scene.seenByOthers('/table')).stat, null);
    },
  },
];

function closings({ phases }: EventLog): number {
  return phases.filter((phase) => phase === 'suspended').length;
}
