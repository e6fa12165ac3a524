/**
 * Creates the driver and imports only the packages of this subject.
 *
 * @param {string} subject
 */
export async function createDriver(subject) {
  switch (subject) {
    case 'node-zookeeper-client': {
      const { JsBaselineClient } = await import('./js-baseline-client.mjs');
      return new (await import('./baseline-driver.mjs')).BaselineDriver(() => new JsBaselineClient());
    }
    case 'zookeeper': {
      const { NativeBaselineClient } = await import('./native-baseline-client.mjs');
      return new (await import('./baseline-driver.mjs')).BaselineDriver(() => new NativeBaselineClient());
    }
    case '@ndsr/zookeeper client': {
      const { OwnClient } = await import('./own-client.mjs');
      return new (await import('./baseline-driver.mjs')).BaselineDriver(() => new OwnClient());
    }
    case 'raw socket':
      return new (await import('./raw-socket-driver.mjs')).RawSocketDriver();
    default: {
      const { RegistryDriver } = await import('./registry-driver.mjs');
      return new RegistryDriver(await registryFactory(subject));
    }
  }
}

/**
 * @param {string} subject
 * @returns {Promise<import('./registry-driver.mjs').MakeRegistry>}
 */
async function registryFactory(subject) {
  switch (subject) {
    case 'memory': {
      const { MemoryServiceRegistry, MemoryStore } = await import('@ndsr/memory');
      const store = new MemoryStore();
      return ({ servers: _, ...options }) => new MemoryServiceRegistry({ ...options, store });
    }
    case '@ndsr/zookeeper': {
      const { ZooKeeperServiceRegistry } = await import('@ndsr/zookeeper');
      return (options) => new ZooKeeperServiceRegistry(options);
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
      throw new Error(`Unknown subject ${subject}`);
  }
}
