import type { BackendFixture, RefusedWrites, RegistryFixture } from '@ndsr/conformance';
import { type BackendContext, defaultLogger, type RegistryBackend, systemClock } from '@ndsr/core/backend';
import { parseServerList, ZooKeeperBackend } from '@ndsr/zookeeper-common';
import type { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { FaultyRoute } from '@ndsr/zookeeper-testing';
import { createZooKeeperNativeClient, ZooKeeperNativeServiceRegistry } from '../../../src/index.js';

const timeoutMs = 4_000;
let fixtures = 0;

/** Backends on a server that others use too, each fixture in a chroot of its own. */
export async function openRealBackends(server: ZooKeeperServer): Promise<BackendFixture> {
  const route = await FaultyRoute.open(server);
  const servers = connectString(route);
  return {
    backend: () => {
      const backend = backendOn(servers);
      return reporting(backend, (sessionId) => route.connected(backend, sessionId));
    },
    faults: faultsOf(route),
    close: () => route.close(),
  };
}

/** The same for the public class. */
export async function openRealRegistries(server: ZooKeeperServer): Promise<RegistryFixture> {
  const route = await FaultyRoute.open(server);
  const servers = connectString(route);
  class ReportingRegistry extends ZooKeeperNativeServiceRegistry {
    protected override createBackend(context: BackendContext): RegistryBackend {
      return reporting(super.createBackend(context), (sessionId) => route.connected(this, sessionId));
    }
  }
  return {
    registry: (options) => new ReportingRegistry({ timeoutMs, ...options, servers }),
    stranger: () => backendOn(servers),
    faults: faultsOf(route),
    close: () => route.close(),
  };
}

function connectString({ host, port }: FaultyRoute): string {
  fixtures += 1;
  return `${host}:${port}/conformance/fixture-${fixtures}`;
}

function faultsOf(route: FaultyRoute) {
  return {
    goDown: () => route.goDown(),
    comeBack: () => route.comeBack(),
    expire: (owner: unknown) => route.expire(owner),
    refuseByClosing: ({ bytes }: RefusedWrites) => route.refuseByClosing(bytes),
  };
}

function backendOn(servers: string): ZooKeeperBackend {
  return new ZooKeeperBackend({
    name: 'zookeeper-native',
    serverList: parseServerList(servers),
    createClient: createZooKeeperNativeClient,
    context: {
      clock: systemClock,
      logger: defaultLogger,
      random: Math.random,
      timeoutMs,
      requestTimeoutMs: 2 * timeoutMs,
    },
    atomicReplace: false,
    letsProcessEnd: false,
  });
}

/** Reports each session of the backend, before its observer receives it. */
function reporting<Backend extends RegistryBackend>(backend: Backend, report: (sessionId: bigint) => void): Backend {
  const connect = backend.connect.bind(backend);
  backend.connect = (observer) =>
    connect((event) => {
      if (event.type === 'connected') report(event.session.id);
      observer(event);
    });
  return backend;
}
