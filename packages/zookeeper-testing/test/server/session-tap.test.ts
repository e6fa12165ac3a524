import { describe, expect, it, onTestFinished } from 'vitest';
import { SessionTap } from '../../src/server/session-tap.js';
import { ZooKeeperServer } from '../../src/server/zookeeper-server.js';
import { RawSession } from './raw-session.js';

describe('SessionTap', () => {
  it('makes the server end a session that it granted: the ephemeral node is gone', { timeout: 180_000 }, async () => {
    await using server = await ZooKeeperServer.start();
    const tap = await SessionTap.open(server);
    onTestFinished(() => tap.close());
    const session = await RawSession.open(tap);
    await session.create('/here', { ephemeral: true });
    expect((await server.counters()).ephemerals).toBe(1);
    const [id, ...others] = tap.sessions;
    expect(others).toEqual([]);
    await tap.end(id ?? 0n);
    expect((await server.counters()).ephemerals).toBe(0);
    // A second time has no effect.
    await tap.end(id ?? 0n);
    session[Symbol.dispose]();
  });

  it('does not end a session that was not granted through it', { timeout: 180_000 }, async () => {
    await using server = await ZooKeeperServer.start();
    const tap = await SessionTap.open(server);
    onTestFinished(() => tap.close());
    await expect(tap.end(42n)).rejects.toThrow('session 42 was not granted here');
  });
});
