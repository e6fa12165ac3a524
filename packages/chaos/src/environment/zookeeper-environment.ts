import type { RegistryOptions, ServiceRegistry } from '@ndsr/core';
import { ZooKeeperServiceRegistry } from '@ndsr/zookeeper';
import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';
import { ZooKeeperNativeServiceRegistry } from '@ndsr/zookeeper-native';
import { ZooKeeperEnsemble, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { ZooKeeperReferenceClient } from '../oracle/zookeeper-reference-client.mjs';
import type { BackendName, Environment, FaultInjector } from './environment.js';

const registries = {
  zookeeper: ZooKeeperServiceRegistry,
  'zookeeper-js': ZooKeeperJsServiceRegistry,
  'zookeeper-native': ZooKeeperNativeServiceRegistry,
};

/** The longest session timeout that a fault uses. */
const maxSessionTimeoutMs = 20_000;

export type ZooKeeperBackendName = Exclude<BackendName, 'memory'>;

/** A prepared fault, with the route of the registries to the servers. */
export interface ZooKeeperFaultInjector extends FaultInjector {
  /** Connection string of the registries. The reference client always connects directly. */
  readonly servers: string;
}

/** How a fault is prepared: on a single server or on an ensemble of three. */
export type ZooKeeperFault =
  | { readonly servers: 1; prepare(server: ZooKeeperServer): Promise<ZooKeeperFaultInjector> }
  | { readonly servers: 3; prepare(ensemble: ZooKeeperEnsemble): Promise<ZooKeeperFaultInjector> };

/** Real servers and the registries connected to them. */
export class ZooKeeperEnvironment implements Environment {
  readonly injector: ZooKeeperFaultInjector;
  readonly #backend: ZooKeeperBackendName;
  readonly #servers: readonly ZooKeeperServer[];

  private constructor(
    backend: ZooKeeperBackendName,
    servers: readonly ZooKeeperServer[],
    injector: ZooKeeperFaultInjector,
  ) {
    this.#backend = backend;
    this.#servers = servers;
    this.injector = injector;
  }

  static async open(backend: ZooKeeperBackendName, fault: ZooKeeperFault): Promise<ZooKeeperEnvironment> {
    if (fault.servers === 1) {
      const server = await ZooKeeperServer.start({ maxSessionTimeoutMs });
      return new ZooKeeperEnvironment(backend, [server], await fault.prepare(server));
    }
    const ensemble = await ZooKeeperEnsemble.start();
    return new ZooKeeperEnvironment(backend, ensemble.servers, await fault.prepare(ensemble));
  }

  registry(options: RegistryOptions): ServiceRegistry {
    const { servers, options: ofInjector } = this.injector;
    return new registries[this.#backend]({ ...options, ...ofInjector, servers });
  }

  referenceClient(): Promise<ZooKeeperReferenceClient> {
    return ZooKeeperReferenceClient.connect(this.#servers.map((server) => server.address).join());
  }

  async connections(): Promise<number> {
    const counters = await Promise.all(this.#servers.map((server) => server.counters()));
    return counters.reduce((sum, { connections }) => sum + connections, 0);
  }

  async close(): Promise<void> {
    await this.injector.close?.();
    await Promise.all(this.#servers.map((server) => server.stop()));
  }
}
