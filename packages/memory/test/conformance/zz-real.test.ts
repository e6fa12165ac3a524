import { type BackendFixture, backendSuite, type RegistryFixture, registrySuite } from '@ndsr/conformance';
import { type RegistryBackend, systemClock } from '@ndsr/core/backend';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { parseServerList, ZooKeeperBackend } from '../../../zookeeper-common/src/index.js';
import { ZooKeeperJsServiceRegistry } from '../../../zookeeper-js/src/index.js';
import { createZooKeeperJsClient } from '../../../zookeeper-js/src/zookeeper-js-client.js';
import { FaultProxy, ZooKeeperServer } from '../../../zookeeper-testing/src/index.js';

let server: ZooKeeperServer;
beforeAll(async () => {
  server = await ZooKeeperServer.start({ tickTimeMs: 100 });
});
afterAll(async () => {
  await server.stop();
});
const pool: FaultProxy[] = [];
let n = 0;
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const timeoutMs = 1000;
const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));

class Proxies {
  readonly chroot = `/c${process.pid}-${n++}`;
  readonly free: FaultProxy[] = [];
  readonly used = new Map<object, FaultProxy>();
  static async open() {
    const p = new Proxies();
    for (let i = 0; i < 8; i++) p.free.push(pool.pop() ?? (await FaultProxy.open({ upstream: server })));
    return p;
  }
  take(): FaultProxy {
    const p = this.free.pop();
    if (!p) throw new Error('too few proxies');
    return p;
  }
  get all() {
    return [...this.free, ...this.used.values()];
  }
  async goDown() {
    for (const p of this.all) await p.refuse();
  }
  async comeBack() {
    for (const p of this.all) await p.pass();
  }
  of(o: object) {
    const p = this.used.get(o);
    if (!p) throw new Error('unknown');
    return p;
  }
  async expire(o: object) {
    await this.of(o).refuse();
    await sleep(timeoutMs + 350);
    await this.of(o).pass();
  }
  async close() {
    for (const p of this.all) await p.close();
  }
}
function backend(p: Proxies): RegistryBackend {
  const proxy = p.take();
  const b = new ZooKeeperBackend({
    name: 'zookeeper-js',
    serverList: parseServerList(proxy.address + p.chroot),
    createClient: createZooKeeperJsClient,
    context: { clock: systemClock, logger, timeoutMs },
    atomicReplace: true,
  });
  p.used.set(b, proxy);
  return b;
}
async function open(): Promise<BackendFixture> {
  const p = await Proxies.open();
  return {
    backend: () => backend(p),
    faults: {
      goDown: () => p.goDown(),
      comeBack: () => p.comeBack(),
      expire: (b) => p.expire(b),
      cutOff: (b) => p.of(b).refuse(),
      reconnect: (b) => p.of(b).pass(),
    },
    close: () => p.close(),
  };
}
async function openRegistries(): Promise<RegistryFixture> {
  const p = await Proxies.open();
  return {
    registry: (options) => {
      const proxy = p.take();
      const r = new ZooKeeperJsServiceRegistry({ timeoutMs, ...options, servers: proxy.address + p.chroot });
      p.used.set(r, proxy);
      return r;
    },
    stranger: () => backend(p),
    faults: { goDown: () => p.goDown(), comeBack: () => p.comeBack(), expire: (b) => p.expire(b) },
    close: () => p.close(),
  };
}
const all = (name: string, run: () => Promise<void>) => test(name, { timeout: 60000 }, run);
describe('backend', () =>
  backendSuite({ test: all, open, faults: true, cutOff: true, patienceMs: 10000, settleMs: 100 }));
describe('registry', () =>
  registrySuite({ test: all, open: openRegistries, faults: true, patienceMs: 10000, settleMs: 100 }));
