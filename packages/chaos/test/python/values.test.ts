import assert from 'node:assert/strict';
import { type NodeData, rawBytes, type ServiceRegistry } from '@ndsr/core';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backends } from './backends.js';
import { PythonPeer } from './python-peer.js';
import { values, type WrittenRow } from './value-table.js';

let server: ZooKeeperServer;
let peer: PythonPeer;
beforeAll(async () => {
  server = await ZooKeeperServer.start();
  peer = await PythonPeer.start(server.address);
});
afterAll(async () => {
  await peer?.[Symbol.asyncDispose]();
  await server?.stop();
});

describe.each(backends)('Python and $name', ({ name: backend, open }) => {
  let registry: ServiceRegistry;
  beforeAll(() => {
    registry = open(server.address);
  });
  afterAll(() => registry.stop());

  const pathOf = (kind: string, name: string): string => `/${backend}/${kind}/${Buffer.from(name).toString('hex')}`;

  /** Both show equal values, each by its own equality: doubles here, exact numbers in Python. */
  async function expectSameView(path: string): Promise<NodeData | null> {
    const { data } = await registry.get(path);
    const { shown } = await peer.read(path);
    assert.deepEqual(plain(data), plain(JSON.parse(shown)));
    expect(await peer.ask('agrees', { path, seen: JSON.stringify(data) })).toBe(true);
    return data;
  }

  describe.each(values.written)('$name', (row) => {
    const where = { section: 'written', name: row.name };

    it('written by Python reads the same here', async () => {
      const path = pathOf('from-python', row.name);
      await peer.ask('set_row', { path, ...where });
      const data = await expectSameView(path);
      expectValue(row, data, peer.pid);
      expect((await registry.get(path)).stat?.version, 'Python writes twice').toBe(1);
    });

    it('written here by any call reads the same in Python', async () => {
      const [data, node] = [pathOf('from-node', row.name), pathOf('node', row.name)];
      await registry.setData(data, row.data);
      await registry.setNode(node, row.data);
      for (const path of [data, node]) {
        expectValue(row, await expectSameView(path), process.pid);
        expect(await peer.ask('holds_row', { path, ...where })).toBe(true);
      }
      expect(await peer.read(data)).toMatchObject({ owner: null, version: 0 });
      expect(await peer.read(node)).toMatchObject({ owner: expect.stringMatching(/^[0-9a-f]{16}$/), version: 0 });
    });

    it(`is spelled ${row.spelled ?? 'byte for byte as Python spells it'}`, async () => {
      const path = pathOf('spelled', row.name);
      await registry.setData(path, row.data);
      const ours = spelling((await peer.read(path)).bytes, process.pid);
      const theirs = spelling(await peer.ask('encoded', where), peer.pid);
      if (row.spelled === undefined) expect(ours).toBe(theirs);
      else expect(ours).not.toBe(theirs);
    });
  });

  it.each(values.found)('$name, found in the registry, reads the same', async ({ name }) => {
    const path = pathOf('found', name);
    await peer.ask('put_row', { path, section: 'found', name });
    await expectSameView(path);
  });

  it.each(values.different)('$name reads differently, as listed in the table', async ({ name, python, node, raw }) => {
    const path = pathOf('different', name);
    await peer.ask('put_row', { path, section: 'different', name });
    const { shown, bytes } = await peer.read(path);
    const { data } = await registry.get(path);
    expect({ python: shown, node: JSON.stringify(data) }).toEqual({ python, node });
    const original = data === null ? undefined : rawBytes(data);
    expect(original && Buffer.from(original).toString('base64')).toBe(raw ? bytes : undefined);
  });

  it('creates parents like Python: persistent, without data, open to all', async () => {
    const [ours, theirs] = [`/${backend}/parents/ours/a/b`, `/${backend}/parents/theirs/a/b`];
    await registry.setNode(ours);
    await peer.ask('set_node', { path: theirs });
    for (const path of [ours, theirs]) {
      const parents = [path.slice(0, -2), path.slice(0, -4)];
      for (const parent of parents) {
        expect(await peer.read(parent)).toMatchObject({ bytes: '', owner: null, version: 0 });
      }
      for (const node of [path, ...parents]) expect(await peer.ask('acl', { path: node })).toEqual(['world:anyone 31']);
    }
  });

  it('shows a number beyond the range of doubles as infinite, like Python', async () => {
    const path = pathOf('other', 'infinite');
    await peer.ask('put', { path, text: '{"a":1e400}' });
    expect((await registry.get(path)).data).toEqual({ a: Number.POSITIVE_INFINITY });
    expect((await peer.read(path)).shown).toBe('{"a": Infinity}');
  });

  it('writes integers beyond 2**53 with digits that Python reads exactly', async () => {
    const path = pathOf('other', 'large');
    await registry.setData(path, { a: 2 ** 63, b: 2 ** 53 + 2 });
    expect((await peer.read(path)).shown).toContain('"a": 9223372036854776000, "b": 9007199254740994}');
    expect((await registry.get(path)).data).toMatchObject({ a: 2 ** 63, b: 2 ** 53 + 2 });
  });

  it('reads data nested too deeply for Python, which shows it as text', async () => {
    const nested = (levels: number): string => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    const [fine, deep] = [pathOf('other', 'fine'), pathOf('other', 'deep')];
    await peer.ask('put', { path: fine, text: nested(200) });
    await peer.ask('put', { path: deep, text: nested(1_500) });
    await expectSameView(fine);
    expect(JSON.stringify((await registry.get(deep)).data)).toBe(nested(1_500));
    expect(JSON.parse((await peer.read(deep)).shown)).toEqual({ string_value: nested(1_500) });
  });

  it.each(values.refused)(
    '$name is rejected as data here, for any behaviour of Python',
    async ({ name, data, python }) => {
      const [path, theirs] = [pathOf('refused', name), pathOf('refused-by-python', name)];
      await expect(registry.setData(path, data as never)).rejects.toMatchObject({ code: 'ERR_NDSR_INVALID_ARGUMENT' });
      expect((await registry.get(path)).stat).toBeNull();
      const written = peer.ask('set_row', { path: theirs, section: 'refused', name });
      if (!python.startsWith('{')) {
        await expect(written).rejects.toThrow(python);
        await expect(peer.read(theirs)).rejects.toThrow('NoNodeError');
        return;
      }
      await written;
      const { pid: _pid, created: _created, ...rest } = JSON.parse((await peer.read(theirs)).shown);
      expect(rest).toEqual(JSON.parse(python));
    },
  );
});

it('is a table of more than sixty values', () => {
  const { written, found, different, refused } = values;
  expect([written, found, different, refused].map(({ length }) => length)).toEqual([63, 56, 10, 8]);
});

/** Expects `data` to be the row's value plus the writer's stamp. */
function expectValue({ data }: WrittenRow, seen: NodeData | null, pid: number): void {
  const given: NodeData = typeof data === 'string' ? { string_value: data } : (data ?? {});
  assert.deepEqual(plain(seen), plain({ pid, created: seen?.created, ...given }));
  if (!Object.hasOwn(given, 'created')) expect(seen?.created).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
}

/** In JSON's terms: Python's integers have one zero, its floats and JavaScript two. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** A node's bytes without the parts that differ each time. */
function spelling(base64: string, pid: number): string {
  const text = Buffer.from(base64, 'base64').toString('utf8');
  return text.replace(`"pid":${pid}`, '"pid":P').replace(/"created":"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"/, '"created":"T"');
}
