/**
 * Loads what this contestant needs and nothing else.
 *
 * @param {string} contestant
 */
export async function createPlayer(contestant) {
  switch (contestant) {
    case 'node-zookeeper-client': {
      const { JsHand } = await import('./js-hand.mjs');
      return new (await import('./hand-player.mjs')).HandPlayer(() => new JsHand());
    }
    case 'zookeeper': {
      const { NativeHand } = await import('./native-hand.mjs');
      return new (await import('./hand-player.mjs')).HandPlayer(() => new NativeHand());
    }
    default: {
      const { RegistryPlayer } = await import('./registry-player.mjs');
      return new RegistryPlayer(await registryMaker(contestant));
    }
  }
}

/**
 * @param {string} contestant
 * @returns {Promise<import('./registry-player.mjs').MakeRegistry>}
 */
async function registryMaker(contestant) {
  switch (contestant) {
    case 'memory': {
      const { MemoryServiceRegistry, MemoryStore } = await import('@ndsr/memory');
      const store = new MemoryStore();
      return ({ servers: _, ...options }) => new MemoryServiceRegistry({ ...options, store });
    }
    case 'zookeeper-js': {
      const { ZooKeeperJsServiceRegistry } = await import('@ndsr/zookeeper-js');
      return (options) => new ZooKeeperJsServiceRegistry(options);
    }
    case 'zookeeper-native': {
      const { ZooKeeperNativeServiceRegistry } = await import('@ndsr/zookeeper-native');
      return (options) => new ZooKeeperNativeServiceRegistry(options);
    }
    default:
      throw new Error(`There is no contestant ${contestant}`);
  }
}
