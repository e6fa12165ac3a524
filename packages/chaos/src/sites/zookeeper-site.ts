import type { RegistryOptions, ServiceRegistry } from '@ndsr/core';
import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';
import { ZooKeeperNativeServiceRegistry } from '@ndsr/zookeeper-native';
import { ZooKeeperEnsemble, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { ZooKeeperWitness } from '../truth/zookeeper-witness.js';
import type { BackendName, Harm, Site } from './site.js';

const registries = {
  'zookeeper-js': ZooKeeperJsServiceRegistry,
  'zookeeper-native': ZooKeeperNativeServiceRegistry,
};

/** As long as any fault asks for. */
const maxSessionTimeoutMs = 20_000;

export type ZooKeeperBackendName = Exclude<BackendName, 'memory'>;

/** A fault, made ready, with the way that registries take to the servers. */
export interface ZooKeeperHarm extends Harm {
  /** The connection string of the registries. The witness always goes straight to the servers. */
  readonly servers: string;
}

/** How a fault is made ready: at one server that stands alone, or at an ensemble of three. */
export type ZooKeeperMeans =
  | { readonly servers: 1; prepare(server: ZooKeeperServer): Promise<ZooKeeperHarm> }
  | { readonly servers: 3; prepare(ensemble: ZooKeeperEnsemble): Promise<ZooKeeperHarm> };

/** Real servers and the registries at them. */
export class ZooKeeperSite implements Site {
  readonly harm: ZooKeeperHarm;
  readonly #backend: ZooKeeperBackendName;
  readonly #servers: readonly ZooKeeperServer[];

  private constructor(backend: ZooKeeperBackendName, servers: readonly ZooKeeperServer[], harm: ZooKeeperHarm) {
    this.#backend = backend;
    this.#servers = servers;
    this.harm = harm;
  }

  static async open(backend: ZooKeeperBackendName, means: ZooKeeperMeans): Promise<ZooKeeperSite> {
    if (means.servers === 1) {
      const server = await ZooKeeperServer.start({ maxSessionTimeoutMs });
      return new ZooKeeperSite(backend, [server], await means.prepare(server));
    }
    const ensemble = await ZooKeeperEnsemble.start();
    return new ZooKeeperSite(backend, ensemble.servers, await means.prepare(ensemble));
  }

  registry(options: RegistryOptions): ServiceRegistry {
    const { servers, options: ofHarm } = this.harm;
    return new registries[this.#backend]({ ...options, ...ofHarm, servers });
  }

  witness(): Promise<ZooKeeperWitness> {
    return ZooKeeperWitness.connect(this.#servers.map((server) => server.address).join());
  }

  async connections(): Promise<number> {
    const counters = await Promise.all(this.#servers.map((server) => server.counters()));
    return counters.reduce((sum, { connections }) => sum + connections, 0);
  }

  async close(): Promise<void> {
    await this.harm.close?.();
    await Promise.all(this.#servers.map((server) => server.stop()));
  }
}
