import { Credentials } from '@ndsr/core/backend';
import { errorNumber, waitUntil } from '@ndsr/test-support';
import { MalformedFrameError, opCodes } from '@ndsr/zookeeper-common';
import {
  FakeServer,
  type FakeServerAnswer,
  frameOf,
  handshakeFrame,
  int,
  reply,
  statBytes,
  watchEventFrame,
} from '@ndsr/zookeeper-testing/fake';
import { describe, expect, test } from 'vitest';
import { ClientUnderTest, type CreateClient, Recorder } from './client-under-test.js';

/** Tests of all that comes over the wire: malformed data, the order of answers and events, credentials. */
export function wireTests(create: CreateClient): void {
  const { makeClient, connected } = new ClientUnderTest(create);

  const readA = { path: '/a', watch: false };

  /** Answers `getData` with the given bytes; everything else as usual. */
  const toGetData =
    (make: (xid: number) => Buffer | null): FakeServerAnswer =>
    ({ xid, type }) =>
      type === opCodes.getData ? make(xid) : undefined;

  const dataReply = (xid: number) => reply(xid, 0, Buffer.concat([int(1), Buffer.from('x'), Buffer.alloc(statBytes)]));

  describe('malformed data', () => {
    const nonsense: [string, (xid: number) => Buffer][] = [
      ['a reply that ends too early', (xid) => reply(xid, 0, Buffer.alloc(9))],
      ['a reply with data of absurd length', (xid) => reply(xid, 0, int(-7))],
      ['a frame too short for a header', () => frameOf(Buffer.alloc(3))],
      ['an empty frame', () => frameOf()],
      ['a frame of negative length', () => int(-1)],
      ['a frame of absurd length', () => int(0x7fff_ffff)],
      ['the answer to another request', (xid) => dataReply(xid + 5)],
      ['a watch event that ends too early', () => reply(-1, 0, int(3), -1n)],
      [
        'a watch event whose path is longer than the frame',
        () => reply(-1, 0, Buffer.concat([int(3), int(3), int(99)])),
      ],
      ['a ping that is answered without a header', () => frameOf(int(-2))],
    ];

    test.each(nonsense)('%s breaks the connection, nothing else', async (_, make) => {
      await using fake = await FakeServer.start({ answer: toGetData(make) });
      const { client, recorder, sessionId } = await connected([fake]);
      expect(await errorNumber(client.getData(readA))).toBe(-4);
      expect(await recorder.next('connected', 2)).toMatchObject({ sessionId });
      expect(recorder.types).toEqual(['connected', 'fault', 'disconnected', 'connected']);
      expect(await client.exists(readA)).not.toBe(null);
    });

    test('a list that claims 2^31-1 children breaks the connection before any of them is read', async () => {
      const children = Buffer.concat([int(0x7fff_ffff), int(-4), Buffer.alloc(statBytes)]);
      await using fake = await FakeServer.start({
        answer: ({ xid, type }) => (type === opCodes.getChildren ? reply(xid, 0, children) : undefined),
      });
      const { client, recorder } = await connected([fake]);
      expect(await errorNumber(client.getChildren(readA))).toBe(-4);
      await recorder.next('connected', 2);
      expect(recorder.of('fault')[0]?.error.cause).toBeInstanceOf(MalformedFrameError);
    });

    test('a reply of maxReplyBytes is accepted, a longer one breaks the connection', async () => {
      const headerBytes = 16;
      const dataOf = (frameBytes: number) => {
        const data = Buffer.alloc(frameBytes - headerBytes - statBytes - 4);
        return (xid: number) => reply(xid, 0, Buffer.concat([int(data.length), data, Buffer.alloc(statBytes)]));
      };
      await using fake = await FakeServer.start({ answer: toGetData(dataOf(4096)) });
      const { client, recorder } = await connected([fake], { maxReplyBytes: 4096 });
      expect((await client.getData(readA)).data).toHaveLength(4096 - headerBytes - statBytes - 4);
      fake.answer = toGetData(dataOf(4097));
      expect(await errorNumber(client.getData(readA))).toBe(-4);
      expect(recorder.of('fault')[0]?.error.cause).toMatchObject({
        message: 'a frame of 4097 bytes; expected 0 to 4096',
      });
    });

    test('a listing of more than 5.6 MB is accepted', async () => {
      const names = Array.from({ length: 140_000 }, (_, index) => `instance-${String(index).padStart(28, '0')}`);
      const list = Buffer.concat([
        int(names.length),
        ...names.flatMap((name) => [int(name.length), Buffer.from(name)]),
      ]);
      await using fake = await FakeServer.start({
        answer: ({ xid, type }) =>
          type === opCodes.getChildren ? reply(xid, 0, Buffer.concat([list, Buffer.alloc(statBytes)])) : undefined,
      });
      const { client } = await connected([fake], { sessionTimeoutMs: 30_000 });
      expect(list.length).toBeGreaterThan(5_600_000);
      expect((await client.getChildren(readA)).names).toHaveLength(names.length);
    });

    test('a handshake longer than 1 KiB is refused when its length has come, and tried again', async () => {
      let handshakes = 0;
      const handshake = () => (++handshakes > 1 ? handshakeFrame(2000) : int(1025));
      await using fake = await FakeServer.start({ handshake });
      const { recorder } = await connected([fake]);
      expect(recorder.types).toEqual(['fault', 'connected']);
    });

    test('a server that answers pings and sends malformed data otherwise is tried with growing pauses', async () => {
      await using fake = await FakeServer.start({
        timeoutMs: 6000,
        answer: toGetData((xid) => reply(xid, 0, int(-7))),
      });
      const { client, recorder } = await connected([fake], { random: () => 1 - Number.EPSILON });
      for (let round = 1; round <= 4; round += 1) {
        expect(await errorNumber(client.getData(readA))).toBe(-4);
        await recorder.next('connected', round + 1);
      }
      const pauses = fake.connectedAt.map((at, index) => at - (fake.connectedAt[index - 1] ?? 0)).slice(-2);
      expect(pauses[0]).toBeGreaterThan(350);
      expect(pauses[1]).toBeGreaterThan(700);
    });

    test('an answer without a request breaks the connection', async () => {
      await using fake = await FakeServer.start();
      const { recorder } = await connected([fake]);
      fake.send(dataReply(3));
      await recorder.next('connected', 2);
      expect(recorder.types).toEqual(['connected', 'fault', 'disconnected', 'connected']);
    });

    test('an error number that is not known is the result of its request', async () => {
      await using fake = await FakeServer.start({ answer: toGetData((xid) => reply(xid, -9999)) });
      const { client, recorder } = await connected([fake]);
      expect(await errorNumber(client.getData(readA))).toBe(-9999);
      expect(await client.exists(readA)).not.toBe(null);
      expect(recorder.types).toEqual(['connected']);
    });

    test('a watch event of a type that is not known is a fault, and nothing else', async () => {
      await using fake = await FakeServer.start();
      const { client, recorder } = await connected([fake]);
      await client.getData({ path: '/a', watch: true });
      fake.send(watchEventFrame(77, '/a'));
      fake.send(watchEventFrame(3, '/a'));
      await recorder.next('watch');
      expect(recorder.types).toEqual(['connected', 'fault', 'watch']);
    });

    test('a server that ends the connection at a request that it does not know is connected again', async () => {
      await using fake = await FakeServer.start();
      fake.answer = ({ type, socket }) => {
        if (type !== opCodes.addWatch) return undefined;
        socket.destroy();
        return null;
      };
      const { client, recorder } = await connected([fake]);
      expect(await errorNumber(client.watchRecursively?.('/a') ?? Promise.resolve())).toBe(-4);
      await recorder.next('connected', 2);
      fake.answer = ({ type, xid }) => (type === opCodes.addWatch ? reply(xid, -6) : undefined);
      expect(await errorNumber(client.watchRecursively?.('/a') ?? Promise.resolve())).toBe(-6);
      expect(recorder.of('fault')).toEqual([]);
    });

    test('a handshake of another protocol is a fault, and tried again', async () => {
      let handshakes = 0;
      const handshake = () => (++handshakes > 2 ? handshakeFrame(2000) : Buffer.from('HTTP/1.1 400 Bad Request\r\n'));
      await using fake = await FakeServer.start({ handshake });
      const { recorder } = await connected([fake]);
      expect(recorder.types).toEqual(['fault', 'fault', 'connected']);
    });
  });

  describe('the order of answers and events', () => {
    /** Ten turns of the microtask queue, as a caller with many layers needs until it knows of an answer. */
    async function throughLayers<T>(answer: Promise<T>, layers = 10): Promise<T> {
      return layers === 0 ? await answer : await throughLayers(answer, layers - 1);
    }

    test('an event that comes after an answer, in the same packet, is emitted after it', async () => {
      const both = (xid: number) => Buffer.concat([dataReply(xid), watchEventFrame(3, '/a'), watchEventFrame(4, '/b')]);
      await using fake = await FakeServer.start({ answer: toGetData(both) });
      const client = makeClient([fake]);
      const order: string[] = [];
      const recorder = new Recorder();
      client.connect((event) => {
        recorder.observe(event);
        if (event.type === 'watch') order.push(event.event.kind);
      });
      await recorder.next('connected');
      await throughLayers(client.getData({ path: '/a', watch: true }));
      order.push('answer');
      await recorder.next('watch');
      expect(order).toEqual(['answer', 'changed']);
    });

    test('an event that comes before an answer, in the same packet, is emitted before it', async () => {
      const answers = [dataReply, (xid: number) => Buffer.concat([watchEventFrame(3, '/a'), dataReply(xid)])];
      await using fake = await FakeServer.start({ answer: toGetData((xid) => answers.shift()?.(xid) ?? null) });
      const { client, recorder } = await connected([fake]);
      await client.getData({ path: '/a', watch: true });
      await client.getData(readA);
      expect(recorder.types).toEqual(['connected', 'watch']);
    });

    test('everything in a packet is delivered, in order, also after an event that had to wait', async () => {
      const held: number[] = [];
      await using fake = await FakeServer.start({
        answer: toGetData((xid) => {
          held.push(xid);
          if (held.length < 3) return null;
          const [first = 0, second = 0, third = 0] = held;
          const events = [watchEventFrame(3, '/1'), watchEventFrame(3, '/2'), watchEventFrame(3, '/3')];
          return Buffer.concat([first, second, third].flatMap((id, index) => [dataReply(id), events[index] ?? int(0)]));
        }),
      });
      const client = makeClient([fake]);
      const order: string[] = [];
      const recorder = new Recorder();
      client.connect((event) => {
        recorder.observe(event);
        if (event.type === 'watch') order.push(`event ${event.event.path}`);
      });
      await recorder.next('connected');
      const reads = ['/1', '/2', '/3'].map(async (path) => {
        await client.getData({ path, watch: true });
        order.push(`answer ${path}`);
      });
      await Promise.all(reads);
      await recorder.next('watch', 3);
      expect(order).toEqual(['answer /1', 'event /1', 'answer /2', 'event /2', 'answer /3', 'event /3']);
    });

    test('50,000 answers in one burst do no harm to the stack', async () => {
      const xids: number[] = [];
      await using fake = await FakeServer.start({
        timeoutMs: 120_000,
        answer: toGetData((xid) => {
          xids.push(xid);
          return xids.length < 50_000 ? null : Buffer.concat(xids.map(dataReply));
        }),
      });
      const { client, recorder } = await connected([fake]);
      await Promise.all(Array.from({ length: 50_000 }, () => client.getData(readA)));
      expect(recorder.types).toEqual(['connected']);
    }, 180_000);
  });

  describe('an observer that throws', () => {
    test('receives its error as a fault, and disturbs nothing', async () => {
      await using fake = await FakeServer.start();
      const client = makeClient([fake]);
      const recorder = new Recorder();
      client.connect((event) => {
        recorder.observe(event);
        if (event.type !== 'fault') throw new Error(`from the observer of ${event.type}`);
      });
      await recorder.next('connected');
      expect(await client.getData({ path: '/a', watch: true })).toBeDefined();
      fake.send(watchEventFrame(3, '/a'));
      await recorder.next('watch');
      fake.cut();
      await recorder.next('connected', 2);
      const told = ['connected', 'watch', 'disconnected', 'connected'];
      expect(recorder.types).toEqual(told.flatMap((type) => [type, 'fault']));
    });
  });

  describe('keeping a session alive', () => {
    test('a client that only receives sends pings', async () => {
      await using fake = await FakeServer.start({ timeoutMs: 3000 });
      await connected([fake]);
      const sending = setInterval(() => {
        fake.send(watchEventFrame(3, '/a'));
      }, 50);
      await waitUntil('pings', () => fake.requests.filter(({ type }) => type === opCodes.ping).length >= 2);
      clearInterval(sending);
    });
  });

  describe('credentials that come', () => {
    const ann = new Credentials('ann', 'secret');

    test.each(['before it', 'in the middle of it', 'after it'])(
      '%s are sent once in a connection, before any request',
      async (when) => {
        let handshakes = 0;
        await using fake = await FakeServer.start({
          handshake: () => (++handshakes === 1 ? null : handshakeFrame(2000)),
        });
        const client = makeClient([fake]);
        const recorder = new Recorder();
        if (when === 'before it') client.authenticate(ann);
        client.connect(recorder.observe);
        await waitUntil('the handshake', () => handshakes === 1);
        if (when === 'in the middle of it') client.authenticate(ann);
        fake.send(handshakeFrame(2000));
        await recorder.next('connected');
        if (when === 'after it') client.authenticate(ann);
        client.authenticate(ann);
        await client.getData(readA);
        expect(fake.types()).toEqual([opCodes.auth, opCodes.getData]);
        const { frame, xid } = fake.requests.find(({ type }) => type === opCodes.auth) ?? {
          frame: Buffer.alloc(0),
          xid: 0,
        };
        expect(xid).toBe(-4);
        expect(frame.subarray(12)).toEqual(
          Buffer.concat([int(0), int(6), Buffer.from('digest'), int(10), Buffer.from('ann:secret')]),
        );
        fake.requests.length = 0;
        fake.cut();
        await recorder.next('connected', 2);
        await client.getData(readA);
        expect(fake.types()).toEqual([opCodes.auth, opCodes.getData]);
      },
    );
  });

  describe('credentials that the servers reject', () => {
    test('are a fault, and the end of the client', async () => {
      await using fake = await FakeServer.start();
      const { client, recorder } = await connected([fake]);
      fake.answer = ({ xid, type }) => (type === opCodes.auth ? reply(xid, -115) : null);
      const call = errorNumber(client.getData(readA));
      client.authenticate(new Credentials('ann', 'wrong'));
      await recorder.next('expired');
      expect(await call).toBe(-4);
      expect(recorder.types).toEqual(['connected', 'fault', 'expired']);
      expect(await errorNumber(client.getData(readA))).toBe(-4);
      expect(fake.connectedAt).toHaveLength(1);
    });
  });

  describe('after a reconnect', () => {
    const watchA = { path: '/a', watch: true };

    test('connected is emitted once the watches are armed and missed events are emitted', async () => {
      await using fake = await FakeServer.start();
      const { client, recorder } = await connected([fake]);
      await client.getData(watchA);
      fake.answer = ({ type }) => (type === opCodes.setWatches ? null : undefined);
      fake.requests.length = 0;
      fake.cut();
      await waitUntil('watches', () => fake.types().includes(opCodes.setWatches));
      await waitUntil('a ping that is answered', () => fake.requests.some(({ type }) => type === opCodes.ping));
      expect(await errorNumber(client.exists({ path: '/a', watch: false }))).toBe(-4);

      const setWatches = fake.requests.find(({ type }) => type === opCodes.setWatches);
      fake.send(Buffer.concat([watchEventFrame(3, '/a'), reply(setWatches?.xid ?? 0)]));
      await recorder.next('connected', 2);
      expect(recorder.types).toEqual(['connected', 'disconnected', 'watch', 'connected']);
      expect(fake.types()).toEqual([opCodes.setWatches]);
    });

    test('the servers receive the last seen transaction, and the paths of each kind', async () => {
      await using fake = await FakeServer.start();
      const { client, recorder } = await connected([fake]);
      fake.answer = ({ xid, type, frame }) => {
        if (type === opCodes.exists && frame.includes('/absent')) return reply(xid, -101, Buffer.alloc(0), 0x123n);
        return undefined;
      };
      await client.getData({ path: '/日本', watch: true });
      await client.exists({ path: '/absent', watch: true });
      fake.cut();
      await recorder.next('connected', 2);
      const body = fake.requests.find(({ type }) => type === opCodes.setWatches)?.frame.subarray(12);
      const expected = `00000000000001230000000100000007${hex('/日本')}0000000100000007${hex('/absent')}00000000`;
      expect(body?.toString('hex')).toBe(expected);
    });

    test('watches that the servers refuse break the connection', async () => {
      await using fake = await FakeServer.start();
      const { client, recorder } = await connected([fake]);
      await client.getData(watchA);
      let refusals = 0;
      fake.answer = ({ xid, type }) => (type === opCodes.setWatches && ++refusals < 3 ? reply(xid, -6) : undefined);
      fake.cut();
      await recorder.next('connected', 2);
      expect(recorder.types).toEqual(['connected', 'disconnected', 'fault', 'fault', 'connected']);
    });

    const hex = (text: string) => Buffer.from(text).toString('hex');
  });
}
