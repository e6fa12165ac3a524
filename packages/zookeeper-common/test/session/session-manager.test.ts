import { type ConnectionEvent, defaultLogger } from '@ndsr/core/backend';
import { FakeClock, turn } from '@ndsr/test-support';
import { describe, expect, test } from 'vitest';
import { SessionManager } from '../../src/session/session-manager.js';
import { ScriptedClient } from '../support/scripted-client.js';

const timeoutMs = 4_000;

function open({ closesAtOnce = true, connect = true } = {}) {
  const clock = new FakeClock();
  const clients: ScriptedClient[] = [];
  const events: ConnectionEvent[] = [];
  /** The calls of the manager's host, in order with the events of the observer. */
  const log: string[] = [];
  const keeper = new SessionManager({
    context: { clock, logger: defaultLogger, random: () => 0.5, timeoutMs, requestTimeoutMs: 2 * timeoutMs },
    servers: [{ host: 'zk', port: 2181 }],
    createClient: (options) => {
      const client = new ScriptedClient(options, closesAtOnce);
      clients.push(client);
      return client;
    },
    changed: ({ kind, path }) => log.push(`${kind} ${path}`),
    connected: (fresh) => log.push(fresh ? 'fresh' : 'resumed'),
    disconnected: () => log.push('drop'),
  });
  if (connect)
    keeper.connect((event) => {
      events.push(event);
      log.push(event.type);
    });
  const client = (number = clients.length - 1): ScriptedClient => {
    const one = clients[number];
    if (one === undefined) throw new Error(`there is no client ${number}`);
    return one;
  };
  const connected = (sessionId: bigint): void => client().tell({ type: 'connected', sessionId, timeoutMs });
  return { keeper, clock, clients, client, events, log, connected };
}

const cut = { type: 'disconnected', quietMs: 1_000 } as const;

describe('a session manager', () => {
  test('makes one client, with the servers and the timeout of its context', () => {
    const { clients, client, keeper, events } = open();
    expect(clients).toHaveLength(1);
    expect(client().options).toMatchObject({ servers: [{ host: 'zk', port: 2181 }], sessionTimeoutMs: timeoutMs });
    expect(keeper.client).toBeUndefined();
    expect(events).toEqual([]);
  });

  test('reports the session first, and then has the watches read', () => {
    const { connected, keeper, client, events, log } = open();
    connected(7n);
    expect(events).toEqual([{ type: 'connected', session: { id: 7n, timeoutMs } }]);
    expect(log).toEqual(['connected', 'fresh']);
    expect(keeper.client).toBe(client());
  });

  test('keeps the client through an outage', async () => {
    const { connected, keeper, client, clients, events, log, clock } = open();
    connected(7n);
    client().tell(cut);
    expect(keeper.client).toBeUndefined();
    connected(7n);
    expect(log).toEqual(['connected', 'fresh', 'drop', 'suspended', 'connected', 'resumed']);
    expect(events[1]).toEqual({ type: 'suspended', quietMs: 1_000 });
    await clock.advance(60_000);
    expect(clients).toHaveLength(1);
  });

  test('makes another client when the session has ended', () => {
    const { connected, client, clients, log, keeper } = open();
    connected(7n);
    client().tell(cut);
    client().tell({ type: 'expired' });
    expect(clients).toHaveLength(2);
    expect(client(0).closes).toBe(1);
    expect(keeper.client).toBeUndefined();
    connected(8n);
    expect(log).toEqual(['connected', 'fresh', 'drop', 'suspended', 'lost', 'connected', 'fresh']);
  });

  test('an end without an earlier disconnect rejects queued requests, too', () => {
    const { connected, client, log } = open();
    connected(7n);
    client().tell({ type: 'expired' });
    expect(log).toEqual(['connected', 'fresh', 'drop', 'lost']);
  });

  test('an end before the first connection is not reported', () => {
    const { client, clients, log } = open();
    client().tell({ type: 'expired' });
    expect(clients).toHaveLength(2);
    expect(log).toEqual([]);
  });

  test('replaces the client after two timeouts without a connection', async () => {
    const { connected, client, clients, events, clock } = open();
    connected(7n);
    client().tell(cut);
    await clock.advance(2 * timeoutMs - 1_000 - 1);
    expect(clients).toHaveLength(1);
    await clock.advance(1);
    expect(clients).toHaveLength(2);
    expect(client(0).closes).toBe(1);
    expect(events.map(({ type }) => type)).toEqual(['connected', 'suspended', 'lost']);
    await clock.advance(60_000);
    expect(clients).toHaveLength(2);
  });

  test('is not in a hurry when it was told late', async () => {
    const { connected, client, clients, clock } = open();
    connected(7n);
    client().tell({ type: 'disconnected', quietMs: 10 * timeoutMs });
    expect(clients).toHaveLength(1);
    await clock.advance(0);
    expect(clients).toHaveLength(2);
  });

  test('waits for ever for the first connection', async () => {
    const { clients, clock } = open();
    await clock.advance(3_600_000);
    expect(clients).toHaveLength(1);
  });

  test('ignores the events of a replaced client', () => {
    const { connected, client, keeper, log } = open();
    connected(7n);
    client(0).tell({ type: 'expired' });
    log.length = 0;
    client(0).tell({ type: 'connected', sessionId: 7n, timeoutMs });
    client(0).tell({ type: 'watch', event: { kind: 'changed', path: '/a' } });
    client(0).tell(cut);
    client(0).tell({ type: 'expired' });
    expect(log).toEqual([]);
    expect(keeper.client).toBeUndefined();
  });

  test('pauses, longer and longer, between sessions that die young, and not after one that lived', async () => {
    const { connected, client, clients, clock } = open();
    const pauses: number[] = [];
    for (let id = 1n; id <= 12n; id += 1n) {
      connected(id);
      const died = { at: clock.now(), clients: clients.length };
      client().tell({ type: 'expired' });
      while (clients.length === died.clients) await clock.advance(1);
      pauses.push(clock.now() - died.at);
    }
    expect(pauses).toEqual([0, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000, 5_000, 5_000]);
    connected(99n);
    await clock.advance(timeoutMs);
    const before = clients.length;
    client().tell({ type: 'expired' });
    expect(clients).toHaveLength(before + 1);
  });

  test('passes on watch events, also before the session is usable again', () => {
    const { connected, client, log } = open();
    connected(7n);
    client().tell(cut);
    log.length = 0;
    client().tell({ type: 'watch', event: { kind: 'deleted', path: '/a' } });
    expect(log).toEqual(['deleted /a']);
  });

  test('passes on faults as registry errors', () => {
    const { client, events } = open();
    const error = new Error('odd');
    client().tell({ type: 'fault', error });
    expect(events).toMatchObject([{ type: 'fault', error: { code: 'ERR_NDSR_BACKEND', cause: error } }]);
  });
});

describe('close of a session manager', () => {
  test.each([
    ['before connect', () => open({ connect: false }), 0],
    ['before the first connection', () => open(), 1],
    [
      'while connected',
      () => {
        const scene = open();
        scene.connected(7n);
        return scene;
      },
      1,
    ],
    [
      'in an outage',
      () => {
        const scene = open();
        scene.connected(7n);
        scene.client().tell(cut);
        return scene;
      },
      1,
    ],
  ])('%s closes the client, leaves no timer, and silences it', async (_phase, start, closes) => {
    const { keeper, clients, clock, log } = start();
    log.length = 0;
    await Promise.all([keeper.close(), keeper.close()]);
    expect(clients.map((client) => client.closes)).toEqual(closes === 0 ? [] : [closes]);
    expect(keeper.client).toBeUndefined();
    for (const client of clients) {
      client.tell({ type: 'connected', sessionId: 9n, timeoutMs });
      client.tell({ type: 'expired' });
    }
    keeper.connect(() => log.push('told'));
    expect(clients).toHaveLength(closes === 0 ? 0 : 1);
    expect(log).toEqual(['drop']);
    expect(clock.pending).toBe(0);
  });

  test('from inside the observer, when the session is lost, makes no other client', async () => {
    const { keeper, client, clients, clock } = open({ connect: false });
    keeper.connect(({ type }) => void (type === 'lost' && keeper.close()));
    client().tell({ type: 'connected', sessionId: 7n, timeoutMs });
    client().tell({ type: 'expired' });
    await turn(1);
    expect(clients).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  test('in the pause between two sessions makes no other client', async () => {
    const { keeper, client, clients, clock } = open();
    for (let i = 0; i < 40 && clock.pending === 0; i += 1) client().tell({ type: 'expired' });
    const made = clients.length;
    await keeper.close();
    await clock.advance(60_000);
    expect(clients).toHaveLength(made);
    expect(clock.pending).toBe(0);
  });

  test('waits for the client, and for one that was given up before', async () => {
    const { keeper, connected, client } = open({ closesAtOnce: false });
    connected(7n);
    client().tell({ type: 'expired' });
    let closed = false;
    const closing = keeper.close().then(() => {
      closed = true;
    });
    client(1).finishClose();
    await turn(1);
    expect(closed).toBe(false);
    client(0).finishClose();
    await closing;
  });
});

describe('why there is no connection', () => {
  const listed = ({ serverFailures }: SessionManager): string[] =>
    serverFailures.map(({ server, error }) => `${server}: ${error.message}`);
  const failed = (client: ScriptedClient, message: string): void =>
    client.options.onServerFailure?.({ host: 'zk', port: 2181 }, new Error(message));

  test('is the last error of each server, and nothing while connected', () => {
    const { keeper, client, connected } = open();
    expect(listed(keeper)).toEqual(['zk:2181: no answer yet']);
    failed(client(), 'refused');
    failed(client(), 'reset');
    expect(listed(keeper)).toEqual(['zk:2181: reset']);
    connected(7n);
    expect(listed(keeper)).toEqual([]);
    client().tell(cut);
    expect(listed(keeper), 'of an earlier outage nothing is left').toEqual(['zk:2181: no answer yet']);
  });

  test('remains after the client was replaced, and after close', async () => {
    const { keeper, client, connected } = open();
    connected(7n);
    failed(client(), 'went away');
    client().tell(cut);
    client().tell({ type: 'expired' });
    expect(listed(keeper)).toEqual(['zk:2181: went away']);
    await keeper.close();
    expect(listed(keeper)).toEqual(['zk:2181: went away']);
  });

  test('the server that answered goes with the connection', () => {
    const { client, events } = open();
    const server = { host: '::1', port: 2182 };
    client().tell({ type: 'connected', sessionId: 7n, timeoutMs, server });
    expect(events).toMatchObject([{ type: 'connected', server: '[::1]:2182' }]);
  });
});
