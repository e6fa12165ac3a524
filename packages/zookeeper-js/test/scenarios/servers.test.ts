import { waitUntil } from '@ndsr/test-support';
import { BareClient } from '@ndsr/test-support/bare-client';
import { ZooKeeperEnsemble, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { FakeServer, handshakeFrame } from '@ndsr/zookeeper-testing/fake';
import { describe, expect, it } from 'vitest';
import { ZooKeeperJsServiceRegistry } from '../../src/index.js';

describe('servers', () => {
  it('makes a chroot that is missing, and shows paths without it', async () => {
    await using server = await ZooKeeperServer.start();
    await using registry = new ZooKeeperJsServiceRegistry({ servers: `${server.address}/fleet/blue` });
    expect((await registry.get('/')).stat).toBeNull();
    await registry.setNode('/services/web/a:80', { weight: 1 });
    expect(await registry.get('/services/web')).toMatchObject({
      path: '/services/web',
      children: { 'a:80': { weight: 1 } },
    });
    const bare = await BareClient.connect(server.address);
    expect(await bare.getChildren('/fleet/blue/services/web')).toEqual(['a:80']);
    await waitUntil('the root shows what is below it', () => 'services' in (registry.peek('/')?.children ?? {}));
    bare.close();
  });

  it('reads a chroot that is missing as a node that does not exist, and makes nothing for it', async () => {
    await using server = await ZooKeeperServer.start();
    await using registry = new ZooKeeperJsServiceRegistry({ servers: `${server.address}/nobody` });
    expect(await registry.get('/services')).toMatchObject({ data: null, children: {}, stat: null });
    const bare = await BareClient.connect(server.address);
    expect(await bare.getChildren('/')).toEqual(['zookeeper']);
    bare.close();
  });

  it('connects to an IPv6 address', async () => {
    await using server = await ZooKeeperServer.start({ host: '::1' });
    await using registry = new ZooKeeperJsServiceRegistry({ servers: `[::1]:${server.port}` });
    expect(await registry.setNode('/services/web/[::1]:80')).toBe(true);
    expect(Object.keys((await registry.get('/services/web')).children)).toEqual(['[::1]:80']);
  });

  it('goes on with the other servers when the one it is connected to is killed', async () => {
    await using ensemble = await ZooKeeperEnsemble.start();
    await using registry = new ZooKeeperJsServiceRegistry({ servers: ensemble.connectString, timeoutMs: 8_000 });
    await using watcher = new ZooKeeperJsServiceRegistry({ servers: ensemble.connectString, timeoutMs: 8_000 });
    await registry.setNode('/services/web/a:80', { round: 0 });
    await watcher.get('/services/web');
    for (const [index, server] of ensemble.servers.entries()) {
      await server.kill();
      await waitUntil('both are connected', () => registry.getState() && watcher.getState());
      await waitUntil('a change is taken and seen', async () => {
        // A request that was under way when the server died rejects: whether it was carried out is unknown.
        await registry.setNode('/services/web/a:80', { round: index + 1 }).catch(() => false);
        return watcher.peek('/services/web')?.children['a:80']?.round === index + 1;
      });
      await server.restart();
      await ensemble.waitForQuorum();
    }
    expect(watcher.peek('/services/web')?.children['a:80']).toMatchObject({ round: 3 });
  }, 180_000);

  it('emits lost for a session that is silently replaced by another', async () => {
    let handshakes = 0;
    await using fake = await FakeServer.start({ handshake: () => handshakeFrame(10_000, BigInt(++handshakes)) });
    await using registry = new ZooKeeperJsServiceRegistry({ servers: `${fake.host}:${fake.port}`, timeoutMs: 10_000 });
    await registry.start();
    const phases: string[] = [];
    registry.on('phase', ({ phase }) => phases.push(phase));
    fake.cut();
    await waitUntil('it is connected in another session', () => phases.includes('connected'));
    expect(phases).toEqual(['suspended', 'lost', 'connected']);
  });

  it('refuses what is no connection string, and names the entry', () => {
    expect(() => new ZooKeeperJsServiceRegistry({ servers: 'zk1:2181,::1:2182' })).toThrow(
      /'::1:2182' is not host:port/,
    );
    expect(() => new ZooKeeperJsServiceRegistry({ servers: 'zk1:99999' })).toThrow(/port 99999/);
    expect(() => new ZooKeeperJsServiceRegistry({ servers: 'zk1:2181/a//b' })).toThrow(/chroot/);
  });
});
