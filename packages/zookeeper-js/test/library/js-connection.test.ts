import { connect } from 'node:net';
import { wireTests } from '@ndsr/client-tests';
import { systemClock } from '@ndsr/core/backend';
import { FakeClock, waitUntil } from '@ndsr/test-support';
import { opCodes } from '@ndsr/zookeeper-common';
import {
  FakeServer,
  type FakeServerAnswer,
  int,
  reply,
  statBytes,
  watchEventFrame,
} from '@ndsr/zookeeper-testing/fake';
import { describe, expect, onTestFinished, test } from 'vitest';
import { JsConnection } from '../../src/library/js-connection.js';
import { createLibraryClient } from '../../src/library/library-client.js';
import { createZooKeeperJsClient } from '../../src/zookeeper-js-client.js';
import { bareConnected } from '../support/bare-client.js';

/** Answers `getData` with the given bytes; everything else as usual. */
const toGetData =
  (make: (xid: number) => Buffer | null): FakeServerAnswer =>
  ({ xid, type }) =>
    type === opCodes.getData ? make(xid) : undefined;

const dataReply = (xid: number) => reply(xid, 0, Buffer.concat([int(1), Buffer.from('x'), Buffer.alloc(statBytes)]));

wireTests(createZooKeeperJsClient);

describe('a connection of the library', () => {
  test('that breaks while an event waits for its turn is no nonsense', async () => {
    const both = (xid: number) => Buffer.concat([dataReply(xid), watchEventFrame(3, '/a'), watchEventFrame(4, '/b')]);
    await using fake = await FakeServer.start({ answer: toGetData(both) });
    const client = createLibraryClient(2000);
    const socket = connect(fake);
    const told: string[] = [];
    const tell = (what: string) => () => void told.push(what);
    new JsConnection({
      manager: client.connectionManager,
      transport: { socket, openEvent: 'connect' },
      clock: systemClock,
      handshakeTimeoutMs: 2000,
      recursive: new Set(),
      maxReplyBytes: 1024,
      observer: {
        established: tell('established'),
        confirmed: () => undefined,
        ready: tell('ready'),
        fault: tell('fault'),
        expired: tell('expired'),
        ended: tell('ended'),
      },
    });
    await waitUntil('ready', () => told.includes('ready'));
    // As a request does that fails while it is sent: in between the answer and the event of the same packet.
    client.getData('/a', undefined, () => queueMicrotask(() => socket.destroy()));
    await waitUntil('the end of the connection', () => told.includes('ended'));
    expect(told).toEqual(['established', 'ready', 'ended']);
  });

  test('the bare library throws in its data handler, and forgets the request', async () => {
    await using fake = await FakeServer.start({ answer: toGetData(() => null) });
    const client = await bareConnected(fake);
    const { connectionManager: manager } = client;
    let answered = false;
    client.getData('/a', undefined, () => {
      answered = true;
    });
    expect(() => manager.onSocketData(reply(0, 0, Buffer.alloc(9)))).toThrow(RangeError);
    fake.cut();
    await waitUntil('connected again', () => fake.connectedAt.length === 2 && manager.state === 2);
    expect(answered).toBe(false);
  });
});

describe('a sign of life', () => {
  const timeoutMs = 3_000;
  /** A connection that is ready, under a clock of its own, to a server that answers nothing from here on. */
  async function toServerThatFallsSilent(fake: FakeServer) {
    const clock = new FakeClock();
    const client = createLibraryClient(timeoutMs);
    const socket = connect(fake);
    const state = { isReady: false, endedAfterMs: null as number | null, received: 0 };
    const connection = new JsConnection({
      manager: client.connectionManager,
      transport: { socket, openEvent: 'connect' },
      clock,
      handshakeTimeoutMs: timeoutMs,
      recursive: new Set(),
      maxReplyBytes: 20_000,
      observer: {
        established: () => undefined,
        confirmed: () => undefined,
        ready: () => {
          state.isReady = true;
        },
        fault: () => undefined,
        expired: () => undefined,
        ended: ({ quietMs }) => {
          state.endedAfterMs = quietMs;
        },
      },
    });
    onTestFinished(() => connection.destroy());
    await waitUntil('ready', () => state.isReady && connection.quietMs === 0);
    fake.answer = () => null;
    const receive = async (bytes: Buffer): Promise<void> => {
      const expected = socket.bytesRead + bytes.length;
      fake.send(bytes);
      await waitUntil('what was sent', () => socket.bytesRead >= expected || state.endedAfterMs !== null);
    };
    return { client, clock, connection, state, receive };
  }

  test.each([
    ['in one piece', 1_000],
    ['in pieces', 10],
  ])(
    'is no watch event, %s: a server that sends nothing else is noticed within two thirds of the timeout',
    async (_, size) => {
      await using fake = await FakeServer.start({ timeoutMs });
      const { clock, state, receive } = await toServerThatFallsSilent(fake);
      const event = watchEventFrame(3, '/a');
      for (let ms = 0; ms < timeoutMs && state.endedAfterMs === null; ms += 100) {
        for (let at = 0; at < event.length; at += size) await receive(event.subarray(at, at + size));
        await clock.advance(100);
      }
      expect(state.endedAfterMs).toBe((timeoutMs * 2) / 3);
    },
  );

  test('is an answer, also while it is coming in', async () => {
    await using fake = await FakeServer.start({ timeoutMs });
    const { client, clock, connection, state, receive } = await toServerThatFallsSilent(fake);
    client.getData('/a', undefined, () => undefined);
    const long = reply(client.connectionManager.xid - 1, 0, Buffer.alloc(10_000));
    for (let at = 0; at < 5_000; at += 100) {
      await receive(long.subarray(at, at + 100));
      expect(connection.quietMs).toBe(0);
      await clock.advance(timeoutMs / 3);
    }
    expect(state.endedAfterMs).toBeNull();
  });
});
