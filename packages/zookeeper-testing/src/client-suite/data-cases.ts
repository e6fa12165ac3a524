import assert from 'node:assert/strict';
import type { ClientCase } from './client-case.js';

const allBytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const large = Uint8Array.from({ length: 900_000 }, (_, i) => (i * 31) % 251);

const samples: Readonly<Record<string, Uint8Array | null>> = {
  text: new TextEncoder().encode('{"pid":1,"name":"grüße 日本"}'),
  'all bytes': allBytes,
  'a part of a larger buffer': allBytes.subarray(100, 110),
  'no bytes': new Uint8Array(0),
  '900 kB': large,
};

/** Data is read as it was written, with the servers' stat. */
export const clientDataCases: readonly ClientCase[] = [
  ...Object.entries(samples).map(
    ([what, data]) =>
      ({
        name: `data of ${what} is read as it was created`,
        async run(scene) {
          const [client, witness] = await scene.pair();
          await client.create(scene.path('/node'), data);
          assert.deepEqual(plain(await client.data(scene.path('/node'))), plain(data));
          assert.deepEqual(plain(await witness.data(scene.path('/node'))), plain(data));
        },
      }) satisfies ClientCase,
  ),
  ...Object.entries(samples).map(
    ([what, data]) =>
      ({
        name: `data of ${what} is read as it was set`,
        async run(scene) {
          const [client, witness] = await scene.pair();
          await client.create(scene.path('/node'), 'before');
          await client.setData(scene.path('/node'), data ?? new Uint8Array(0));
          assert.deepEqual(plain(await witness.data(scene.path('/node'))), plain(data));
        },
      }) satisfies ClientCase,
  ),
  {
    name: 'a node that was created without data has none',
    async run(scene) {
      const client = await scene.connected();
      await client.create(scene.path('/node'), null);
      const data = await client.data(scene.path('/node'));
      assert.ok(data === null || data.length === 0, `data is ${String(data)}`);
      assert.equal((await client.stat(scene.path('/node'))).dataLength, 0);
    },
  },
  {
    name: 'children are listed by name, whatever the name',
    async run(scene) {
      const client = await scene.connected();
      const names = ['10.0.0.7:8080', '__proto__', 'a b', 'per%cent', 'zebra', '日本', '.hidden'].sort();
      assert.deepEqual(await client.names(scene.path('')), []);
      for (const name of names) await client.create(scene.path(`/${name}`), name);
      assert.deepEqual(await client.names(scene.path('')), names);
      for (const name of names) assert.equal(await client.text(scene.path(`/${name}`)), name);
    },
  },
  {
    name: 'two thousand children are created at once and listed',
    async run(scene) {
      const client = await scene.connected();
      const names = Array.from({ length: 2_000 }, (_, i) => `child-${String(i).padStart(5, '0')}`);
      await Promise.all(names.map((name) => client.create(scene.path(`/${name}`), null, 'ephemeral')));
      assert.deepEqual(await client.names(scene.path('')), names);
      assert.equal((await client.stat(scene.path(''))).numChildren, names.length);
    },
  },
  {
    name: 'a stat has the eleven fields, and every read returns the same',
    async run(scene) {
      const client = await scene.connected();
      const path = scene.path('/node');
      await client.create(path, 'one');
      const born = await client.stat(path);
      await client.setData(path, 'three');
      await client.create(`${path}/child`);
      const stat = await client.stat(path);
      assert.deepEqual(
        { ...stat, ctime: 0, mtime: 0 },
        {
          czxid: born.czxid,
          mzxid: stat.mzxid,
          ctime: 0,
          mtime: 0,
          version: 1,
          cversion: 1,
          aversion: 0,
          ephemeralOwner: 0n,
          dataLength: 5,
          numChildren: 1,
          pzxid: stat.pzxid,
        },
      );
      assert.ok(stat.czxid < stat.mzxid && stat.mzxid < stat.pzxid, 'transactions in their order');
      assert.ok(Math.abs(stat.ctime - Date.now()) < 600_000, `ctime is ${stat.ctime}`);
      assert.ok(stat.mtime >= stat.ctime, `mtime is ${stat.mtime}`);
      assert.deepEqual((await client.call('getData', (port) => port.getData({ path, watch: false }))).stat, stat);
      assert.deepEqual((await client.call('list', (port) => port.getChildren({ path, watch: false }))).stat, stat);
    },
  },
  {
    name: 'a missing node has no stat',
    async run(scene) {
      const client = await scene.connected();
      assert.equal(await client.exists(scene.path('/missing')), null);
      assert.equal(await client.exists(scene.path('/missing/deeper')), null);
    },
  },
  {
    name: 'a client reads what another one wrote',
    async run(scene) {
      const [client, witness] = await scene.pair();
      for (let version = 0; version < 20; version += 1) {
        if (version === 0) await client.create(scene.path('/node'), '0');
        else await client.setData(scene.path('/node'), `${version}`, version - 1);
        assert.equal(await witness.text(scene.path('/node')), `${version}`);
      }
    },
  },
];

/** Copies any kind of byte array into one that can be compared. */
function plain(data: Uint8Array | null): Uint8Array | null {
  return data === null ? null : new Uint8Array(data);
}
