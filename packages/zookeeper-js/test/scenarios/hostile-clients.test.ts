import { type NodeSnapshot, rawBytes } from '@ndsr/core';
import { waitUntil } from '@ndsr/test-support';
import { BareClient } from '@ndsr/test-support/bare-client';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ZooKeeperJsServiceRegistry } from '../../src/index.js';

const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', '服务 ü', '%2F', '"quoted"', 'n'.repeat(255)];

/** Bytes that another client may write, and the value that they are read as. */
const bytes: [what: string, data: Buffer, read: unknown][] = [
  ['nothing', Buffer.alloc(0), null],
  ['white space', Buffer.from(' \n\t '), {}],
  ['an array', Buffer.from('[]'), { string_value: '[]' }],
  ['a number', Buffer.from('42'), { string_value: '42' }],
  ['broken JSON', Buffer.from('{broken'), { string_value: '{broken' }],
  ['an own __proto__', Buffer.from('{"__proto__":{"polluted":true}}'), JSON.parse('{"__proto__":{"polluted":true}}')],
  ['no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), { string_value: '{\ufffd\ufffd}' }],
  ['a megabyte', Buffer.alloc(1_048_000, 'x'), { string_value: 'x'.repeat(1_048_000) }],
  ['a megabyte of spaces', Buffer.from(`x${' '.repeat(1_000_000)}x`), { string_value: `x${' '.repeat(1_000_000)}x` }],
  ['deep nesting', Buffer.from(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`), undefined],
];

describe('nodes that a hostile client leaves in the registry', () => {
  let server: ZooKeeperServer;
  let bare: BareClient;
  const background: unknown[] = [];
  const note = (reason: unknown): void => void background.push(reason);

  beforeAll(async () => {
    server = await ZooKeeperServer.start();
    bare = await BareClient.connect(server.address);
    process.on('unhandledRejection', note);
    process.on('uncaughtException', note);
  });
  afterAll(async () => {
    process.off('unhandledRejection', note);
    process.off('uncaughtException', note);
    bare.close();
    await server.stop();
  });

  let registry: ZooKeeperJsServiceRegistry;
  beforeEach(() => {
    registry = new ZooKeeperJsServiceRegistry({ servers: server.address, timeoutMs: 10_000 });
  });
  afterEach(async () => {
    await registry.stop();
    expect(background).toEqual([]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('shows every name as an own key and pollutes no prototype', async () => {
    await bare.mkdirp('/names');
    for (const name of names) await bare.create(`/names/${name}`, Buffer.from('{"polluted":true}'));
    const { children } = await registry.get('/names');
    expect(Object.keys(children).sort()).toEqual([...names].sort());
    for (const name of names) {
      expect(children[name]).toEqual({ polluted: true });
      expect((await registry.get(`/names/${name}`)).data).toEqual({ polluted: true });
    }
    expect(Object.getPrototypeOf(children)).toBeNull();
  });

  it.each(bytes)(
    'reads %s as data, for the node and as a child, and other watchers go on',
    async (what, data, read) => {
      const parent = `/bytes-${what.replaceAll(' ', '-')}`;
      await bare.mkdirp(`${parent}/neighbour`);
      const heard: NodeSnapshot[] = [];
      await registry.get(parent, { callback: (snapshot) => heard.push(snapshot) });
      await registry.get(`${parent}/stranger`);
      await registry.get(`${parent}/neighbour`);

      await bare.create(`${parent}/stranger`, data);
      await waitUntil('the stranger is seen', () => heard.at(-1)?.children.stranger !== undefined);
      await waitUntil('its own watcher sees it', () => registry.peek(`${parent}/stranger`)?.stat !== null);
      if (read !== undefined) {
        expect(heard.at(-1)?.children.stranger).toEqual(read);
        expect(registry.peek(`${parent}/stranger`)?.data).toEqual(read);
      }
      expect(Object.isFrozen(heard.at(-1))).toBe(true);

      await bare.setData(`${parent}/neighbour`, Buffer.from('{"still":"heard"}'));
      await waitUntil(
        'the neighbour is still heard',
        () => registry.peek(`${parent}/neighbour`)?.data?.still === 'heard',
      );
      await waitUntil('in the list too', () => heard.at(-1)?.children.neighbour?.still === 'heard');
      await bare.remove(`${parent}/stranger`);
      await waitUntil('the stranger is gone', () => heard.at(-1)?.children.stranger === undefined);
    },
  );

  it('keeps the original of what is no UTF-8 within reach', async () => {
    const original = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
    await bare.create('/no-utf8', original);
    const { data } = await registry.get('/no-utf8');
    expect(data).not.toBeNull();
    expect(data && Buffer.from(rawBytes(data) ?? [])).toEqual(original);
  });
});
