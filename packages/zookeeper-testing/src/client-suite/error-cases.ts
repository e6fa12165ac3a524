import assert from 'node:assert/strict';
import type { ZooKeeperClient } from '@ndsr/zookeeper-common';
import { errorNumbers } from '@ndsr/zookeeper-common';
import type { ClientCase } from './client-case.js';

const data = new TextEncoder().encode('x');

interface FailingCall {
  readonly number: number;
  /** `/missing` does not exist; `/node` has data version 1; `/full` has a child; `/mine` is ephemeral. */
  run(port: ZooKeeperClient, at: (name: `/${string}`) => string): Promise<unknown>;
}

const { noNode, badVersion, nodeExists, notEmpty, noChildrenForEphemerals } = errorNumbers;

const failingCalls: Readonly<Record<string, FailingCall>> = {
  'getData of a missing node': {
    number: noNode,
    run: (port, at) => port.getData({ path: at('/missing'), watch: false }),
  },
  'getChildren of a missing node': {
    number: noNode,
    run: (port, at) => port.getChildren({ path: at('/missing'), watch: false }),
  },
  'create below a missing node': {
    number: noNode,
    run: (port, at) => port.create(at('/missing/child'), data, 'persistent'),
  },
  'create at an existing node': { number: nodeExists, run: (port, at) => port.create(at('/node'), data, 'ephemeral') },
  'create below an ephemeral node': {
    number: noChildrenForEphemerals,
    run: (port, at) => port.create(at('/mine/child'), data, 'ephemeral'),
  },
  'setData of a missing node': { number: noNode, run: (port, at) => port.setData(at('/missing'), data, -1) },
  'setData of an older version': { number: badVersion, run: (port, at) => port.setData(at('/node'), data, 0) },
  'setData of a newer version': { number: badVersion, run: (port, at) => port.setData(at('/node'), data, 2) },
  'remove of a missing node': { number: noNode, run: (port, at) => port.remove(at('/missing'), -1) },
  'remove of an older version': { number: badVersion, run: (port, at) => port.remove(at('/node'), 0) },
  'remove of a newer version': { number: badVersion, run: (port, at) => port.remove(at('/node'), 2) },
  'remove of a node with children': { number: notEmpty, run: (port, at) => port.remove(at('/full'), -1) },
};

/** Duty 3: a failure has the servers' error number. */
export const clientErrorCases: readonly ClientCase[] = [
  ...Object.entries(failingCalls).map(
    ([what, { number, run }]) =>
      ({
        name: `${what} rejects with ${number} and changes nothing`,
        async run(scene) {
          const [client, witness] = await scene.pair();
          await client.create(scene.path('/node'), 'zero');
          await client.setData(scene.path('/node'), 'one', 0);
          await client.create(scene.path('/full'));
          await client.create(scene.path('/full/child'));
          await client.create(scene.path('/mine'), null, 'ephemeral');
          assert.equal(await client.refusal(what, (port) => run(port, (name) => scene.path(name))), number);
          assert.equal(await witness.text(scene.path('/node')), 'one');
          assert.deepEqual(await witness.names(scene.path('')), ['full', 'mine', 'node']);
          assert.deepEqual(await witness.names(scene.path('/full')), ['child']);
        },
      }) satisfies ClientCase,
  ),
  {
    name: 'version -1 means any version, and 0 only the first',
    async run(scene) {
      const client = await scene.connected();
      const path = scene.path('/node');
      await client.create(path, 'a');
      await client.setData(path, 'b', 0);
      await client.setData(path, 'c', -1);
      await client.setData(path, 'd', 2);
      assert.equal((await client.stat(path)).version, 3);
      await client.remove(path, 3);
      await client.create(path, 'a');
      await client.remove(path, 0);
      await client.create(path, 'a');
      await client.setData(path, 'b', 0);
      await client.remove(path, -1);
      assert.equal(await client.exists(path), null);
    },
  },
  {
    name: 'a refusal does not affect requests before and after it',
    async run(scene) {
      const client = await scene.connected();
      const asked = Array.from({ length: 60 }, (_, i) =>
        i % 3 === 1
          ? client.refusal('create', (port) => port.create(scene.path('/no/where'), null, 'persistent'))
          : client.create(scene.path(`/n${i}`), `${i}`),
      );
      const numbers = await Promise.all(asked);
      assert.deepEqual(new Set(numbers), new Set([undefined, noNode]));
      assert.equal((await client.names(scene.path(''))).length, 40);
    },
  },
];
