import { errorNumber, FakeClock } from '@ndsr/test-support';
import type { ClientEvent, ServerAddress } from '@ndsr/zookeeper-common';
import { beforeEach, describe, expect, test } from 'vitest';
import { NativeSession } from '../../src/library/native-session.js';
import type { StartProbe } from '../../src/library/probe.js';
import { type FakeNative, fakeLibrary } from '../support/fake-library.js';

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

let clock: FakeClock;
let events: ClientEvent[];
beforeEach(() => {
  clock = new FakeClock();
  events = [];
});

const types = () => events.map(({ type }) => type);

function open(
  prepare?: (native: FakeNative, index: number) => void,
  hosts: readonly string[] = ['10.0.0.1'],
  random = () => 0,
) {
  const { natives, load } = fakeLibrary(prepare);
  const addresses = { current: ['10.0.0.9'] };
  const servers = hosts.map((host) => ({ host, port: 2181 }));
  const lookup = async () => addresses.current;
  const failures: string[] = [];
  const onServerFailure = ({ host }: ServerAddress, { message }: Error) => failures.push(`${host}: ${message}`);
  const probes: { address: string; found: (error: Error) => void; isStopped: boolean }[] = [];
  const startProbe: StartProbe = (address, found) => {
    const probe = { address, found, isStopped: false };
    probes.push(probe);
    return { stop: () => Object.assign(probe, { isStopped: true }) };
  };
  const session = new NativeSession(
    { servers, sessionTimeoutMs: 1_000, onServerFailure },
    { clock, random, load, lookup, startProbe },
  );
  session.connect((event) => events.push(event));
  const native = (index = natives.length - 1): FakeNative => {
    const found = natives[index];
    if (found === undefined) throw new Error(`no client ${index} of the library was made`);
    return found;
  };
  const exists = () =>
    session.call<void>((client, settle) =>
      client.a_exists('/node', false, (code, message) => settle(code, message, () => undefined)),
    );
  return { session, natives, native, exists, addresses, failures, probes };
}

async function openConnected(...args: Parameters<typeof open>) {
  const opened = open(...args);
  await clock.advance(1);
  opened.native().connects();
  opened.native().answers();
  await turn();
  return opened;
}

describe('a session', () => {
  test('is emitted only once the servers have answered a request', async () => {
    const { native } = open();
    await clock.advance(1);
    native().connects('ff00000000000001', 1_000);
    await turn();
    expect(events).toEqual([]);
    native().emit('child', native(), '/watched');
    native().answers();
    await turn();
    expect(events).toEqual([
      {
        type: 'connected',
        sessionId: -0xff_ffff_ffff_ffffn,
        timeoutMs: 1_000,
        server: { host: '10.0.0.1', port: 2181 },
      },
    ]);
  });

  test('is opened with all options that make the library safe', async () => {
    const { native } = open(undefined, ['::1']);
    await clock.advance(1);
    expect(native().config).toMatchObject({ connect: '::1:2181', response_counter_limit: 1e9, debug_level: 0 });
  });

  test('is tried anew where the library does not take the servers, without a word', async () => {
    const { natives } = open((native, index) => {
      native.takesServers = index > 0;
    });
    await clock.advance(1);
    expect(natives.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  });

  test('is tried anew as soon as an attempt has failed, with names looked up again', async () => {
    const { native, natives, addresses } = open(undefined, ['zk']);
    await clock.advance(1);
    addresses.current = ['10.0.0.2'];
    native().state = 0;
    await clock.advance(20);
    expect(natives.map(({ config }) => config?.connect)).toEqual(['10.0.0.9:2181', '10.0.0.2:2181']);
    expect(native(0).isClosed).toBe(true);
  });

  test.each(['disconnects', 'givesUp'] as const)(
    'goes on under another handle where the library %s; its own is closed while it tells so',
    async (how) => {
      const { native, natives, exists } = await openConnected();
      const underWay = errorNumber(exists());
      native()[how]();
      expect(native(0).isClosed, 'in the same step: the number of its socket may be given to another').toBe(true);
      expect(types(), 'told after the library has let go of its socket').toEqual(['connected']);
      expect(await errorNumber(exists()), 'no request while away').toBe(-4);
      expect(await underWay).toBe(-4);
      expect(types()).toEqual(['connected', 'disconnected']);
      await turn();
      await clock.advance(100);
      expect(natives).toHaveLength(2);
      expect(native().config).toMatchObject({ client_id: 'ab', client_password: '00'.repeat(16) });
      native().connects();
      native().answers();
      await turn();
      expect(types()).toEqual(['connected', 'disconnected', 'connected']);
    },
  );

  test('each handle is given one server, each connection begins with another', async () => {
    const { native, natives } = open(undefined, ['10.0.0.1', '10.0.0.2', '10.0.0.3']);
    for (let connection = 1; connection <= 3; connection += 1) {
      await clock.advance(2_000);
      native().connects();
      native().answers();
      await turn();
      await clock.advance(2_000);
      native().disconnects();
      await turn();
    }
    const dialled = natives.slice(0, 3).map(({ config }) => config?.connect);
    expect(new Set(dialled)).toEqual(new Set(['10.0.0.1:2181', '10.0.0.2:2181', '10.0.0.3:2181']));
  });

  test('a break that the library does not emit is detected at the request that fails, and survived', async () => {
    const { native, natives, exists } = await openConnected();
    native().onSend = () => {
      native(0).state = 999;
      return 0;
    };
    const failing = errorNumber(exists());
    expect(native(0).isClosed, 'in the same step: the number of its socket may be given to another').toBe(true);
    expect(await failing).toBe(-4);
    await clock.advance(1);
    expect(natives).toHaveLength(2);
    expect(native().config).toMatchObject({ client_id: 'ab', client_password: '00'.repeat(16) });
    native().connects();
    native().answers();
    await turn();
    expect(types()).toEqual(['connected', 'disconnected', 'connected']);
  });

  describe('such a break is noticed in the same step at the questions of the session itself, too:', () => {
    /** For each request that broke its connection: true if the client was closed synchronously. */
    function breaks(native: FakeNative): boolean[] {
      const closed: boolean[] = [];
      native.onSend = () => {
        native.state = 999;
        queueMicrotask(() => closed.push(native.isClosed));
        return 0;
      };
      return closed;
    }

    test('at the first one', async () => {
      const { native } = open();
      await clock.advance(1);
      const closed = breaks(native());
      native().connects();
      await turn();
      expect(closed).toEqual([true]);
    });

    test('where a sign of life is asked for', async () => {
      const { native } = await openConnected();
      const closed = breaks(native());
      await clock.advance(260);
      await turn();
      expect(closed).toEqual([true]);
    });

    test('where watches are armed again', async () => {
      const { session, native } = await openConnected();
      session.watches.arm('/node', { of: 'absence' });
      native(0).disconnects();
      await turn();
      await clock.advance(1);
      await turn();
      native(1).connects();
      const closed = breaks(native(1));
      native(1).answers();
      await turn();
      expect(closed).toEqual([true]);
    });
  });

  test('a reconnect without an earlier disconnect is emitted as both', async () => {
    const { native, natives } = await openConnected();
    native().connects();
    await turn();
    await turn();
    expect(types()).toEqual(['connected', 'disconnected']);
    expect(native(0).isClosed).toBe(true);
    await clock.advance(100);
    expect(natives).toHaveLength(2);
    native().connects();
    native().answers();
    await turn();
    expect(types()).toEqual(['connected', 'disconnected', 'connected']);
  });

  test('a request that is never answered ends, and the session is taken to another client of the library', async () => {
    const { native, natives, exists } = await openConnected();
    const forgotten = errorNumber(exists());
    await clock.advance(700);
    expect(await forgotten).toBe(-4);
    expect(native(0).isClosed).toBe(true);
    expect(native(0).servers.at(-1), 'without waiting for the servers').toBe('192.0.2.1:1');
    expect(natives).toHaveLength(2);
    expect(native().config).toMatchObject({ client_id: 'ab' });
  });

  test('a connection that brings watch events and no answers is given up within two thirds of the timeout', async () => {
    const { session, native, natives } = await openConnected();
    const answeredAt = clock.now();
    while (!native(0).isClosed) {
      native(0).emit('changed', native(0), '/watched');
      await clock.advance(10);
    }
    // The checks are timers: up to one step of this loop late.
    expect(clock.now() - answeredAt).toBeLessThanOrEqual(680);
    expect(clock.now() - answeredAt).toBeGreaterThanOrEqual(660);
    expect(session.quietMs).toBeGreaterThanOrEqual(660);
    await turn();
    expect(types()).toEqual(['connected', 'disconnected']);
    await clock.advance(10);
    expect(natives).toHaveLength(2);
  });

  test('servers that drop each connection before they answer are not hurried', async () => {
    const { native, natives } = open(undefined, ['10.0.0.1'], () => 1 - Number.EPSILON);
    const connected: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const before = natives.length;
      for (let ms = 0; ms < 20_000 && natives.length === before; ms += 10) await clock.advance(10);
      connected.push(clock.now());
      native().connects();
      await turn();
      native().disconnects();
      await turn();
      await turn();
    }
    const gaps = connected.slice(1).map((at, index) => at - (connected[index] ?? 0));
    expect(gaps[0]).toBeGreaterThanOrEqual(100);
    expect(gaps[3]).toBeGreaterThan(300);
    // A third of the session timeout: the session may be alive.
    expect(Math.max(...gaps)).toBeLessThan(400);
  });

  test.each([-112, -113])('that ends with %i is emitted as expired, once, and nothing follows', async (code) => {
    const { native, natives, exists, session } = await openConnected();
    const underWay = errorNumber(exists());
    native().emit('close', native(), code);
    expect(await underWay).toBe(-4);
    native().emit('connect', native(), '');
    await clock.advance(60_000);
    expect(types()).toEqual(['connected', 'expired']);
    expect(natives).toHaveLength(1);
    await session.close();
  });

  test('emits nothing after close, whatever the library does', async () => {
    const { native, session } = await openConnected();
    const closing = session.close();
    native().disconnects();
    native().emit('changed', native(), '/node');
    await closing;
    expect(native().isClosed).toBe(true);
    expect(types()).toEqual(['connected']);
    expect(clock.pending).toBe(0);
  });

  test('does not reconnect when the observer of the disconnect closes it', async () => {
    const { native, natives, session } = open();
    const closings: Promise<void>[] = [];
    await clock.advance(1);
    events.push = (...told) => {
      if (told[0]?.type === 'disconnected') closings.push(session.close());
      return 0;
    };
    native().connects();
    native().answers();
    await turn();
    native().disconnects();
    await turn();
    await turn();
    await clock.advance(10_000);
    await Promise.all(closings);
    expect(closings).toHaveLength(1);
    expect(natives).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  test('is closed while it is connecting, and while names are looked up', async () => {
    const dialled = open();
    await clock.advance(1);
    await dialled.session.close();
    expect(dialled.native().isClosed).toBe(true);
    const early = open();
    await early.session.close();
    await clock.advance(60_000);
    expect(early.natives).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  test('does not start if the library cannot be loaded: that is a fault', async () => {
    const load = () => {
      throw new Error('not built');
    };
    const servers = [{ host: '10.0.0.1', port: 1 }];
    const session = new NativeSession({ servers, sessionTimeoutMs: 1_000 }, { clock, load });
    session.connect((event) => events.push(event));
    await clock.advance(60_000);
    expect(events).toEqual([{ type: 'fault', error: expect.objectContaining({ message: 'not built' }) }]);
    expect(clock.pending).toBe(0);
  });
});

describe('why a server cannot be connected to', () => {
  const refused = () => new Error('refused');

  test('is found out by one probe after the attempt that failed', async () => {
    const { native, probes, failures } = open(undefined, ['zk1', 'zk2']);
    await clock.advance(1);
    native().state = 0;
    await clock.advance(20);
    await turn();
    expect(probes.map(({ address }) => address)).toEqual(['10.0.0.9:2181']);
    expect(failures).toEqual([]);
    probes[0]?.found(refused());
    expect(failures, 'of each server at the address').toEqual(['zk1: refused', 'zk2: refused']);
  });

  test('costs a server that refuses one probe a second at most', async () => {
    const { probes, natives } = open((native) => {
      native.init = () => {
        native.state = 0;
        return native;
      };
    });
    for (let ms = 0; ms < 3_000; ms += 20) {
      await clock.advance(20);
      await turn();
    }
    expect(natives.length).toBeGreaterThan(4);
    expect(probes.length).toBeGreaterThanOrEqual(2);
    expect(probes.length).toBeLessThanOrEqual(4);
  });

  test('is its silence, where the attempt was given up: no probe is made', async () => {
    const { probes, failures } = open();
    await clock.advance(600);
    await turn();
    expect(failures[0]).toBe('10.0.0.1: no answer within 500 ms');
    expect(probes).toEqual([]);
  });

  test('is reported for a broken connection before the disconnect is emitted', async () => {
    const { native, failures } = await openConnected();
    native().disconnects();
    expect(failures).toEqual([]);
    await turn();
    expect(types()).toEqual(['connected', 'disconnected']);
    expect(failures[0]).toBe('10.0.0.1: the connection broke; the C client gives no reason');
  });

  test('is reported for an address that the library rejects', async () => {
    const { failures } = open((native, index) => {
      native.takesServers = index > 0;
    });
    await clock.advance(1);
    expect(failures[0]).toBe('10.0.0.1: the C client does not take the address');
  });

  test('is not reported once it is closed: probes in progress are stopped', async () => {
    const { session, native, probes, failures } = open();
    await clock.advance(1);
    native().state = 0;
    await clock.advance(20);
    await turn();
    await session.close();
    expect(probes.map(({ isStopped }) => isStopped)).toEqual([true]);
    probes[0]?.found(refused());
    expect(failures).toEqual([]);
  });
});
