import { NotAuthorizedError } from '@ndsr/core';
import { FaultProxy, type ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { CredentialsCorruptor } from '../environment/credentials-corruptor.js';
import type { FaultInjector } from '../environment/environment.js';
import type { MemoryEnvironment } from '../environment/memory-environment.js';
import { MovingName } from '../environment/moving-name.js';
import { type Fault, nothingToHeal } from './fault.js';

/** Faults of the route to the servers and of authentication. */
export const routeFaults: readonly Fault[] = [
  {
    name: 'DNS answer changed',
    timeoutMs: 1_500,
    durationMs: 600,
    memory: { because: 'it is reached without a host name' },
    zookeeper: () => ({ servers: 1, prepare: moveName }),
  },
  {
    name: 'credentials refused after a reconnect',
    timeoutMs: 2_000,
    durationMs: 1_200,
    mayReject: ['ERR_NDSR_NOT_AUTHORIZED'],
    memory: refused,
    zookeeper: () => ({ servers: 1, prepare: corruptCredentials }),
  },
];

/** The servers have moved: the host name resolves to another address, and the old address refuses connections. */
async function moveName(server: ZooKeeperServer) {
  const before = await FaultProxy.open({ upstream: server });
  const after = await FaultProxy.open({ upstream: server, host: '::1', port: before.port });
  const name = new MovingName('registry.test', before.host);
  return {
    servers: `${name.name}:${before.port}`,
    serversAnswer: true,
    async inject() {
      name.moveTo(after.host);
      await before.refuse();
    },
    heal: nothingToHeal,
    async close() {
      name[Symbol.dispose]();
      await Promise.all([before.close(), after.close()]);
    },
  };
}

async function corruptCredentials(server: ZooKeeperServer) {
  const corruptor = await CredentialsCorruptor.open(server);
  return {
    options: { username: 'suite', password: 'secret' },
    servers: corruptor.address,
    serversAnswer: true,
    inject: async () => corruptor.corrupt(),
    heal: async () => corruptor.passThrough(),
    close: async () => corruptor.close(),
  };
}

/** The memory store has no credentials, so it refuses every request. */
function refused({ store }: MemoryEnvironment): FaultInjector {
  // Created here: until its stack is read, an error keeps the frames of its creation alive.
  const error = new NotAuthorizedError('/');
  let passThrough = (): void => undefined;
  return {
    serversAnswer: false,
    async inject() {
      await store.goDown();
      passThrough = store.refuse({ error });
      await store.comeBack();
    },
    async heal() {
      passThrough();
    },
  };
}
