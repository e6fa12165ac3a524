import { NotAuthorizedError } from '@ndsr/core';
import { FaultProxy, type ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { CredentialsSpoiler } from '../sites/credentials-spoiler.js';
import type { MemorySite } from '../sites/memory-site.js';
import { MovingName } from '../sites/moving-name.js';
import type { Harm } from '../sites/site.js';
import { byItself, type Fault } from './fault.js';

/** What befalls the way to the servers, and the welcome there. */
export const routeFaults: readonly Fault[] = [
  {
    name: 'DNS answer changed',
    timeoutMs: 1_500,
    lastsMs: 600,
    memory: { because: 'it is reached without a name' },
    zookeeper: () => ({ servers: 1, prepare: moveName }),
  },
  {
    name: 'credentials refused after a reconnect',
    timeoutMs: 2_000,
    lastsMs: 1_200,
    mayReject: ['ERR_NDSR_NOT_AUTHORIZED'],
    memory: refused,
    zookeeper: () => ({ servers: 1, prepare: spoilCredentials }),
  },
];

/** The servers have moved: the name stands for another address, and at the old one nobody answers. */
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
    heal: byItself,
    async close() {
      name[Symbol.dispose]();
      await Promise.all([before.close(), after.close()]);
    },
  };
}

async function spoilCredentials(server: ZooKeeperServer) {
  const spoiler = await CredentialsSpoiler.open(server);
  return {
    options: { username: 'suite', password: 'secret' },
    servers: spoiler.address,
    serversAnswer: true,
    inject: async () => spoiler.spoil(),
    heal: async () => spoiler.relent(),
    close: async () => spoiler.close(),
  };
}

/** It knows no credentials; what it can do is to refuse everything. */
function refused({ store }: MemorySite): Harm {
  // Made here: until somebody reads its stack, an error holds on to all that it was made in.
  const error = new NotAuthorizedError('/');
  let relent = (): void => undefined;
  return {
    serversAnswer: false,
    async inject() {
      await store.goDown();
      relent = store.refuse({ error });
      await store.comeBack();
    },
    async heal() {
      relent();
    },
  };
}
