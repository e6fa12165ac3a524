import { connect } from 'node:net';
import { systemClock } from '@ndsr/core/backend';
import { waitUntil } from '@ndsr/test-support';
import { opCodes } from '@ndsr/zookeeper-common';
import { FakeServer, handshakeFrame } from '@ndsr/zookeeper-testing/fake';
import { describe, expect, test } from 'vitest';
import { batches } from '../../src/library/handshake.js';
import { JsConnection } from '../../src/library/js-connection.js';
import { createLibraryClient } from '../../src/library/library-client.js';
import { type BareClient, bareClient } from '../support/bare-client.js';

const none = { data: [], existence: [], child: [] };
const lengths = (found: ReturnType<typeof batches>) =>
  found.map(({ data, existence, child }) => [data.length, existence.length, child.length]);

describe('splitting watches', () => {
  // Each of these paths takes 4 + 6 bytes, an empty frame 28.
  const paths = (kind: string, count: number) => Array.from({ length: count }, (_, number) => `/${kind}/00${number}`);

  test('no watches make no frame', () => {
    expect(batches(none, 100)).toEqual([]);
  });

  test('frames are filled up to the limit, across the kinds', () => {
    const all = { data: paths('d', 5), existence: paths('e', 1), child: paths('c', 4) };
    expect(lengths(batches(all, 58))).toEqual([
      [3, 0, 0],
      [2, 1, 0],
      [0, 0, 3],
      [0, 0, 1],
    ]);
  });

  test('bytes are counted, not characters', () => {
    const data = Array.from({ length: 6 }, (_, number) => `/日本語/${number}`); // 12 bytes each, 4 for the length
    expect(lengths(batches({ ...none, data }, 60))).toEqual([
      [2, 0, 0],
      [2, 0, 0],
      [2, 0, 0],
    ]);
  });

  test('a path beyond the limit has a frame of its own', () => {
    expect(lengths(batches({ ...none, data: ['/a', `/${'b'.repeat(200)}`, '/c'] }, 100))).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [1, 0, 0],
    ]);
  });
});

describe('the order of a handshake', () => {
  /** The requests of a client with credentials and a watch at its fourth attempt, after three failed ones. */
  async function fourthAttempt(fake: FakeServer, attempt: () => Promise<void>): Promise<number[]> {
    for (let number = 1; number <= 3; number++) await attempt();
    fake.requests.length = 0;
    await attempt();
    await waitUntil('requests', () => fake.types().length >= 2);
    return fake.types();
  }

  function prepare(client: BareClient): void {
    client.addAuthInfo('digest', Buffer.from('user:password'));
    (client.connectionManager.watcherManager as unknown as WatchRegistry).registerDataWatcher('/a', () => undefined);
  }

  interface WatchRegistry {
    registerDataWatcher(path: string, watcher: () => void): void;
  }

  test('credentials go first, then the watches, with nothing left from failed attempts', async () => {
    let attempts = 0;
    await using fake = await FakeServer.start({
      handshake: () => (++attempts > 3 ? handshakeFrame(2000) : null),
    });
    const client = createLibraryClient(2000) as BareClient;
    prepare(client);
    const found = await fourthAttempt(fake, async () => {
      const before = attempts;
      const connection = open(client, fake);
      await waitUntil('handshake', () => attempts > before);
      if (attempts <= 3) connection.destroy();
    });
    expect(found).toEqual([opCodes.auth, opCodes.setWatches]);
    client.connectionManager.socket?.destroy();
  });

  test('the bare library sends those of each failed attempt too', async () => {
    let attempts = 0;
    await using fake = await FakeServer.start({ handshake: () => (++attempts > 3 ? handshakeFrame(2000) : null) });
    const client = bareClient(fake);
    prepare(client);
    client.connect();
    for (let number = 1; number <= 3; number++) {
      await waitUntil('handshake', () => attempts >= number);
      fake.cut();
    }
    await waitUntil('requests', () => fake.types().length >= 8);
    expect(fake.types().filter((type) => type === opCodes.auth)).toHaveLength(4);
  });

  function open(client: BareClient, { host, port }: FakeServer): JsConnection {
    const ignore = () => undefined;
    return new JsConnection({
      manager: client.connectionManager,
      transport: { socket: connect({ host, port }), openEvent: 'connect' },
      clock: systemClock,
      handshakeTimeoutMs: 5000,
      recursive: new Set(),
      maxReplyBytes: 1024,
      observer: {
        established: ignore,
        confirmed: ignore,
        ready: ignore,
        fault: ignore,
        expired: ignore,
        ended: ignore,
      },
    });
  }
});
