// The fault injectors of both runners. Each injects a fault and resolves to the function that heals it.
// The fault suite runs one at a time around every operation (*-faults.ts), the soak many at random (soak-faults.mjs).

/** @import { FaultProxy, ZooKeeperServer } from '@ndsr/zookeeper-testing' */

/** @typedef {() => Promise<void>} Heal resolves once the servers can be reached again */

/**
 * Kills servers; healed by restarting the same ones.
 *
 * @param {readonly ZooKeeperServer[]} servers
 * @returns {Promise<Heal>}
 */
export async function killServers(servers) {
  await Promise.all(servers.map((server) => server.kill()));
  return async () => void (await Promise.all(servers.map((server) => server.restart())));
}

/**
 * Stops a server's process without ending it.
 *
 * @param {ZooKeeperServer} server
 * @returns {Promise<Heal>}
 */
export async function freezeServer(server) {
  await server.freeze();
  return async () => {
    server.thaw();
    await server.waitUntilServing();
  };
}

/**
 * Network faults, each for a number of proxies; healed by passing everything on again.
 *
 * @type {{
 *   cut: NetworkInjector<Parameters<FaultProxy['cut']>[0]>,
 *   stall: NetworkInjector<Parameters<FaultProxy['stall']>[0]>,
 *   delay: NetworkInjector<number>,
 *   cutMidFrame: NetworkInjector<Parameters<FaultProxy['cutMidFrame']>[0]>,
 *   refuse: NetworkInjector<void>,
 *   acceptAndDrop: NetworkInjector<void>,
 * }}
 */
export const network = {
  cut: atProxies((proxy, options) => proxy.cut(options)),
  stall: atProxies((proxy, options) => proxy.stall(options)),
  delay: atProxies((proxy, ms) => proxy.delay(ms)),
  cutMidFrame: atProxies((proxy, options) => proxy.cutMidFrame(options)),
  refuse: atProxies((proxy) => proxy.refuse()),
  acceptAndDrop: atProxies((proxy) => proxy.acceptAndDrop()),
};

/**
 * @template Options
 * @typedef {(proxies: readonly FaultProxy[], options: Options) => Promise<Heal>} NetworkInjector
 */

/**
 * @template Options
 * @param {(proxy: FaultProxy, options: Options) => Promise<void>} inject
 * @returns {NetworkInjector<Options>}
 */
function atProxies(inject) {
  return async (proxies, options) => {
    await Promise.all(proxies.map((proxy) => inject(proxy, options)));
    return async () => void (await Promise.all(proxies.map((proxy) => proxy.pass())));
  };
}
