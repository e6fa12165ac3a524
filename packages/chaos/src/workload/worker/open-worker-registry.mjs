import { ZooKeeperServiceRegistry } from '@ndsr/zookeeper';
import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';
import { ZooKeeperNativeServiceRegistry } from '@ndsr/zookeeper-native';

/** @import { ServiceRegistry } from '@ndsr/core' */
/** @import { WorkerSettings } from './protocol.mjs' */
/** @import { Activity } from './activity.mjs' */

/**
 * @param {WorkerSettings} settings
 * @param {Activity} activity receives all events of the registry
 * @returns {ServiceRegistry}
 */
export function openWorkerRegistry(settings, activity) {
  const { backend, servers, timeoutMs, offline, lazy, cacheFile, recursiveWatches } = settings;
  const options = { servers, timeoutMs, offline, lazy, logger: stderrLogger, ...(cacheFile && { cacheFile }) };
  const registry = open(backend, options, recursiveWatches);
  activity.follow(registry);
  return registry;
}

/**
 * @param {WorkerSettings['backend']} backend
 * @param {import('@ndsr/core').RegistryOptions & { servers: string }} options
 * @param {boolean} recursiveWatches
 * @returns {ServiceRegistry}
 */
function open(backend, options, recursiveWatches) {
  switch (backend) {
    case 'zookeeper':
      return new ZooKeeperServiceRegistry({ ...options, recursiveWatches });
    case 'zookeeper-js':
      return new ZooKeeperJsServiceRegistry({ ...options, recursiveWatches });
    case 'zookeeper-native':
      return new ZooKeeperNativeServiceRegistry(options);
  }
}

const stderrLogger = {
  debug() {
    // One line for each request is too much for hours.
  },
  info: log('INFO'),
  warn: log('WARN'),
  error: log('ERROR'),
};

/** Messages that this program causes all the time. */
const isExpected = /^Not connected; |^ERR_NDSR_CALLBACK: | was registered by another session /;

/** @param {string} level */
function log(level) {
  return (/** @type {string} */ message) => {
    if (isExpected.test(message)) return;
    process.stderr.write(`${new Date().toISOString().slice(11, 23)} ${level} ${message}\n`);
  };
}
