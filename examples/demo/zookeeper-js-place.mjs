import { parseServerList } from '@ndsr/zookeeper-common';
import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';
import { FaultProxy } from '@ndsr/zookeeper-testing';
import { line } from './narrator.mjs';
import { quietLogger } from './quiet-logger.mjs';

/** @import { Place } from './place.mjs' */

/**
 * A real ZooKeeper.
 *
 * @param {string} servers `zk1:2181,zk2:2181/chroot`
 * @returns {Place}
 */
export function zooKeeperJsPlace(servers) {
  const ensemble = parseServerList(servers);
  /** @type {ZooKeeperJsServiceRegistry[]} */
  const registries = [];
  /** @type {FaultProxy[]} */
  const proxies = [];

  /** @param {string} addresses */
  function open(addresses = servers) {
    // The session timeout: how long the servers wait for a silent process. Short, for the demo.
    const registry = new ZooKeeperJsServiceRegistry({ servers: addresses, timeoutMs: 4_000, logger: quietLogger });
    registries.push(registry);
    return registry;
  }

  return {
    label: `on ZooKeeper ${servers}`,
    open: () => open(),
    async openWithCable() {
      const cables = await Promise.all(ensemble.servers.map((upstream) => FaultProxy.open({ upstream })));
      proxies.push(...cables);
      const chroot = ensemble.chroot === '/' ? '' : ensemble.chroot;
      return {
        registry: open(cables.map(({ address }) => address).join(',') + chroot),
        async unplug() {
          line('network', 'unplugs server3; ZooKeeper gives it a few seconds to come back');
          await Promise.all(cables.map((cable) => cable.refuse()));
        },
        async plugIn() {
          line('network', 'plugs server3 in');
          await Promise.all(cables.map((cable) => cable.pass()));
        },
      };
    },
    async close() {
      await Promise.all(registries.map((registry) => registry.stop()));
      await Promise.all(proxies.map((proxy) => proxy.close()));
    },
  };
}
