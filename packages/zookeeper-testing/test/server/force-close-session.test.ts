import { describe, expect, it, onTestFinished } from 'vitest';
import { SessionTap, ZooKeeperServer } from '../../src/index.js';
import { RawSession } from './raw-session.js';

describe('forceCloseSession', () => {
  it('ends a session of any origin, by its id: the ephemeral node is gone', {
    timeout: 180_000,
  }, async () => {
    await using server = await ZooKeeperServer.start();
    const tap = await SessionTap.open(server);
    onTestFinished(() => tap.close());
    using first = await RawSession.open(tap);
    using second = await RawSession.open(tap);
    await first.create('/first', { ephemeral: true });
    await second.create('/second', { ephemeral: true });
    for (const [index, id] of tap.sessions.entries()) {
      await server.endSession(id);
      expect((await server.counters()).ephemerals).toBe(1 - index);
    }
    await server.endSession(tap.sessions[0] ?? 0n);
  });
});
