import { waitUntil } from '@ndsr/test-support';
import { opCodes } from '@ndsr/zookeeper-common';
import { FakeServer, watchEventFrame } from '@ndsr/zookeeper-testing/fake';
import { describe, expect, test } from 'vitest';
import { bareConnected } from '../support/bare-client.js';
import { type Connected, connected } from '../support/recorder.js';

const watchA = { path: '/a', watch: true };
const types = { created: 1, deleted: 2, changed: 3, children: 4 } as const;

/** Each event of the servers so far has been seen when this has been answered. */
const settled = ({ client }: Connected) => client.exists({ path: '/settled', watch: false });

describe('events', () => {
  test('an event is emitted once, however often and for whichever kinds a path is watched', async () => {
    await using fake = await FakeServer.start();
    const scene = await connected([fake]);
    for (let time = 0; time < 3; time++) await scene.client.getData(watchA);
    await scene.client.getChildren(watchA);
    fake.send(watchEventFrame(types.deleted, '/a'));
    await settled(scene);
    expect(scene.recorder.of('watch')).toEqual([{ type: 'watch', event: { kind: 'deleted', path: '/a' } }]);
  });

  test.each(['created', 'changed', 'deleted'] as const)('%s is emitted for a watched node', async (kind) => {
    await using fake = await FakeServer.start();
    const scene = await connected([fake]);
    await scene.client.getData(watchA);
    fake.send(watchEventFrame(types[kind], '/a'));
    await settled(scene);
    expect(scene.recorder.of('watch').map(({ event }) => event)).toEqual([{ kind, path: '/a' }]);
  });

  test('nothing is emitted for unwatched nodes', async () => {
    await using fake = await FakeServer.start();
    const scene = await connected([fake]);
    await scene.client.getData({ path: '/a', watch: false });
    fake.send(Buffer.concat([watchEventFrame(types.changed, '/a'), watchEventFrame(types.created, '/b')]));
    await settled(scene);
    expect(scene.recorder.types).toEqual(['connected']);
  });

  test('the bare library throws on an event type that it does not know', async () => {
    await using fake = await FakeServer.start();
    const { connectionManager } = await bareConnected(fake);
    expect(() => connectionManager.onSocketData(watchEventFrame(9, '/a'))).toThrow('Unknown event type');
  });

  test.each([0, -1, 5, 7, 99])('the unknown type %i is a fault and does no harm', async (type) => {
    await using fake = await FakeServer.start();
    const scene = await connected([fake]);
    await scene.client.getData(watchA);
    fake.send(Buffer.concat([watchEventFrame(type, '/a'), watchEventFrame(types.changed, '/a')]));
    await settled(scene);
    expect(scene.recorder.types).toEqual(['connected', 'fault', 'watch']);
  });

  test.each(['', 'no-slash', '__proto__', 'constructor', '/a/', '/a/..', '//', null])(
    'an event at %j, which no node can be, is a fault and does no harm',
    async (path) => {
      await using fake = await FakeServer.start();
      const scene = await connected([fake]);
      await scene.client.getData(watchA);
      await scene.client.watchRecursively?.('/a');
      const odd = [types.created, types.deleted, types.changed, types.children].map((type) =>
        watchEventFrame(type, path),
      );
      fake.send(Buffer.concat([...odd, watchEventFrame(types.changed, '/a')]));
      await settled(scene);
      expect(scene.recorder.types).toEqual(['connected', 'fault', 'fault', 'fault', 'fault', 'watch']);
    },
  );

  test('one path watched a thousand times leaves one listener, and no warning', async () => {
    await using fake = await FakeServer.start();
    const warnings: Error[] = [];
    const warn = (warning: Error) => warnings.push(warning);
    process.on('warning', warn);
    const scene = await connected([fake]);
    await Promise.all(Array.from({ length: 1000 }, () => scene.client.getData(watchA)));
    await waitUntil('a turn of the event loop', () => new Promise((resolve) => setImmediate(() => resolve(true))));
    process.off('warning', warn);
    expect(warnings).toEqual([]);
  });
});

describe('forgetting', () => {
  /** The paths that are armed anew after a cut: whether `/a` and `/b` are among them. */
  async function armedAfterCut(fake: FakeServer, { recorder }: Connected): Promise<string[]> {
    fake.cut();
    await recorder.next('connected', 2);
    const frames = fake.requests.filter(({ type }) => type === opCodes.setWatches).map(({ frame }) => frame);
    return ['/a', '/b'].filter((path) => frames.some((frame) => frame.includes(path)));
  }

  test('without it a path is armed at each reconnect', async () => {
    await using fake = await FakeServer.start();
    const scene = await connected([fake]);
    await scene.client.getData(watchA);
    await scene.client.getData({ path: '/b', watch: true });
    expect(await armedAfterCut(fake, scene)).toEqual(['/a', '/b']);
  });

  test('a forgotten path is not armed again, and its events are dropped', async () => {
    await using fake = await FakeServer.start();
    const scene = await connected([fake]);
    await scene.client.getData(watchA);
    await scene.client.exists(watchA);
    await scene.client.getData({ path: '/b', watch: true });
    scene.client.forget('/a');
    fake.send(watchEventFrame(types.changed, '/a'));
    await settled(scene);
    expect(scene.recorder.types).toEqual(['connected']);
    expect(await armedAfterCut(fake, scene)).toEqual(['/b']);
  });

  test('a path is forgotten also by a read that is under way', async () => {
    await using fake = await FakeServer.start();
    const scene = await connected([fake]);
    const read = scene.client.getData(watchA);
    scene.client.forget('/a');
    await read;
    expect(await armedAfterCut(fake, scene)).toEqual([]);
  });

  test('a path that is read again is remembered again', async () => {
    await using fake = await FakeServer.start();
    const scene = await connected([fake]);
    const first = scene.client.getData(watchA);
    scene.client.forget('/a');
    const second = scene.client.getData(watchA);
    await Promise.all([first, second]);
    expect(await armedAfterCut(fake, scene)).toEqual(['/a']);
  });

  test.each<['getData' | 'exists' | 'getChildren', keyof typeof types, keyof typeof types]>([
    ['getData', 'children', 'changed'],
    ['exists', 'children', 'deleted'],
    ['getChildren', 'changed', 'children'],
  ])('a forgotten watch of %s is left on the servers until it fires', async (read, other, ending) => {
    await using fake = await FakeServer.start();
    const scene = await connected([fake]);
    await scene.client[read](watchA);
    expect([scene.client.forget('/a'), scene.client.forget('/a')]).toEqual([true, true]);
    fake.send(watchEventFrame(types[other], '/a'));
    await settled(scene);
    expect(scene.client.forget('/a')).toBe(true);
    fake.send(watchEventFrame(types[ending], '/a'));
    await settled(scene);
    expect(scene.client.forget('/a')).toBe(false);
    expect(scene.recorder.types).toEqual(['connected']);
  });

  test('a forgotten watch is gone once it is removed, or the connection breaks', async () => {
    await using fake = await FakeServer.start();
    const { client, recorder } = await connected([fake]);
    await client.getData(watchA);
    client.forget('/a');
    await client.removeWatches?.('/a');
    expect(client.forget('/a')).toBe(false);
    await client.getData(watchA);
    client.forget('/a');
    fake.cut();
    await recorder.next('connected', 2);
    expect(client.forget('/a')).toBe(false);
  });

  test('an unknown path is no matter', async () => {
    await using fake = await FakeServer.start();
    const { client } = await connected([fake]);
    expect(client.forget('/unknown')).toBe(false);
  });
});
