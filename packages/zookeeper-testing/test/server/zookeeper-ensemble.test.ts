import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZooKeeperEnsemble } from '../../src/index.js';
import { RawSession } from './raw-session.js';

const SLOW = 240_000;
const POLL = { timeout: 60_000, interval: 25 };

describe('an ensemble of three', () => {
  let ensemble: ZooKeeperEnsemble;

  beforeAll(async () => {
    ensemble = await ZooKeeperEnsemble.start();
  }, SLOW);

  afterAll(() => ensemble.stop());

  it('has one leader and two followers, all in the connect string', async () => {
    const members = [await ensemble.leader(), ...(await ensemble.followers())];
    expect(members).toHaveLength(3);
    expect(ensemble.connectString.split(',').sort()).toEqual(members.map(({ address }) => address).sort());
  });

  it('elects another leader when the leader dies, and accepts the old one again', { timeout: SLOW }, async () => {
    const old = await ensemble.leader();
    await old.kill();
    await ensemble.waitForQuorum();
    const leader = await ensemble.leader();
    expect(leader).not.toBe(old);
    using session = await RawSession.open(leader);
    await session.create('/written-meanwhile');
    await old.restart();
    expect(await old.mode()).toBe('follower');
    using late = await RawSession.open(old);
    await expect(late.create('/written-meanwhile')).rejects.toThrow('ZooKeeper error -110');
  });

  it('elects another leader when the leader freezes', { timeout: SLOW }, async () => {
    const old = await ensemble.leader();
    await old.freeze();
    await ensemble.waitForQuorum();
    expect(await ensemble.leader()).not.toBe(old);
    old.thaw();
    // It still reports for a moment that it leads.
    await expect.poll(() => ensemble.followers(), POLL).toHaveLength(2);
    expect(await ensemble.followers()).toContain(old);
  });

  it('has no leader without a majority, and recovers, also with a member that lost its data', {
    timeout: SLOW,
  }, async () => {
    const followers = await ensemble.followers();
    for (const follower of followers) await follower.kill();
    await expect.poll(() => ensemble.leader().catch(String), POLL).toBe('Error: no server leads now');
    await expect(ensemble.waitForQuorum({ timeoutMs: 1 })).rejects.toThrow('not within 1 ms');
    await followers[0]?.wipe();
    await Promise.all(followers.map((follower) => follower.restart()));
    await ensemble.waitForQuorum();
    expect(await ensemble.followers()).toHaveLength(2);
  });
});

describe('size', () => {
  it.each([0, 1, 2.5])('refuses %s', async (size) => {
    await expect(ZooKeeperEnsemble.start({ size })).rejects.toThrow(TypeError);
  });
});
