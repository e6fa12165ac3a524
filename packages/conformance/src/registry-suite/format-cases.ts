import assert from 'node:assert/strict';
import type { DataInput, NodeData } from '@ndsr/core';
import { bytes, noBytes, text } from '../support/node-bytes.js';
import type { RegistryCase } from './registry-case.js';

/** Bytes that another client may have written, and the data that they decode to. Facts: docs/wire-format.md. */
const readings: readonly (readonly [what: string, bytes: Uint8Array, data: NodeData | null])[] = [
  ['no bytes', noBytes, null],
  ['white space alone', bytes(' \n\t'), {}],
  [
    'what the Python package writes',
    bytes('{"pid":1,"created":"2026-01-02 03:04:05"}'),
    {
      pid: 1,
      created: '2026-01-02 03:04:05',
    },
  ],
  ['an object with space around it', bytes(' \n{"a": 1 }\n'), { a: 1 }],
  ['text', bytes('  hello \n'), { string_value: 'hello' }],
  ['a list', bytes('[1]'), { string_value: '[1]' }],
  ['a number', bytes('42'), { string_value: '42' }],
  ['null', bytes('null'), { string_value: 'null' }],
  ['broken JSON', bytes('{"a":1,}'), { string_value: '{"a":1,}' }],
  ['NaN inside', bytes('{"x":NaN}'), { string_value: '{"x":NaN}' }],
  ['a no-break space at the ends', bytes('\u00a0x\u00a0'), { string_value: '\u00a0x\u00a0' }],
  ['bytes that are not UTF-8', Uint8Array.from([0x61, 0xff, 0x62]), { string_value: 'a\ufffdb' }],
  ['text beyond ASCII', bytes('{"name":"\\u670d\u52a1"}'), { name: '服务' }],
  ['the same key twice', bytes('{"a":1,"a":2}'), { a: 2 }],
];

/** Data that a caller may pass, and the keys that follow `pid` and `created` in the bytes. */
const writings: readonly (readonly [what: string, data: DataInput | undefined, keys: string])[] = [
  ['nothing', undefined, ''],
  ['an empty object', {}, ''],
  ['an object', { foo: 'bar', n: 1 }, ',"foo":"bar","n":1'],
  ['a string', 'hello', ',"string_value":"hello"'],
  ['an empty string', '', ',"string_value":""'],
  ['a string that looks like JSON', ' {"a":1}', ',"string_value":" {\\"a\\":1}"'],
];

/** The bytes that other processes, including Python ones, read and write. */
export const formatCases: readonly RegistryCase[] = [
  ...readings.map(
    ([what, given, data]): RegistryCase => ({
      name: `a node of ${what} reads as ${JSON.stringify(data)}, in its parent too, and the watch goes on`,
      async run(scene) {
        const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
        await otherClient.create('/read/node', given);
        assert.deepEqual((await registry.get('/read/node')).data, data);
        const log = await scene.watching(registry, '/read');
        assert.deepEqual(log.last?.children.node, data);
        await otherClient.write('/read/node', bytes('{"after":true}'), 0);
        await log.until('what comes after', ({ children }) => children.node?.after === true);
      },
    }),
  ),
  ...writings.map(
    ([what, data, keys]): RegistryCase => ({
      name: `setNode and setData of ${what} write what the Python package writes`,
      async run(scene) {
        const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
        await registry.setNode('/written/node', data);
        await registry.setData('/written/data', data);
        for (const path of ['/written/node', '/written/data']) {
          const written = text((await otherClient.read(path)).data) ?? '';
          const stamp = /^\{"pid":(\d+),"created":"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"/.exec(written);
          assert.equal(stamp?.[1], String(process.pid), written);
          assert.equal(written.slice(stamp?.[0].length), `${keys}}`);
          assert.equal((await otherClient.stat(path)).version, 0, 'one write');
        }
      },
    }),
  ),
  {
    name: "the caller's own pid and created win, in their place",
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await registry.setNode('/own-stamp', { a: 1, created: 'then', pid: 7 });
      assert.equal(text((await otherClient.read('/own-stamp')).data), '{"pid":7,"created":"then","a":1}');
    },
  },
  {
    name: 'names and keys that objects inherit are ordinary names and keys',
    async run(scene) {
      const [registry, otherClient] = [await scene.started(), await scene.otherClient()];
      await otherClient.create('/hostile/__proto__', bytes('{"__proto__":{"polluted":1},"constructor":2}'));
      await otherClient.create('/hostile/constructor', bytes('{"a":1}'));
      const { children } = await registry.get('/hostile');
      assert.deepEqual(Object.keys(children), ['__proto__', 'constructor']);
      const [data] = Object.values(children);
      assert.ok(data !== null && data !== undefined);
      assert.deepEqual(Object.keys(data), ['__proto__', 'constructor']);
      assert.deepEqual(Object.getOwnPropertyDescriptor(data, '__proto__')?.value, { polluted: 1 });
      assert.equal(Reflect.get({}, 'polluted'), undefined);
      const own = await registry.get('/hostile/__proto__');
      assert.equal(own.data?.constructor, 2);
      await registry.setNode('/hostile/toString', JSON.parse('{"__proto__":{"x":1}}'));
      assert.match(text((await otherClient.read('/hostile/toString')).data) ?? '', /,"__proto__":\{"x":1\}\}$/);
    },
  },
  {
    name: 'data of 900 KB is written, read and watched',
    async run(scene) {
      const [registry, other] = await scene.pair();
      const blob = 'x'.repeat(900_000);
      const log = await scene.watching(other, '/large');
      await registry.setData('/large', { blob });
      await log.until('the data', ({ data }) => data?.blob === blob);
    },
  },
];
