import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';
import { ZooKeeperNativeServiceRegistry } from '@ndsr/zookeeper-native';

/** @import { ServiceRegistry } from '@ndsr/core' */
/** @import { WorkerSettings } from '../../soak/protocol.mjs' */
/** @import { Activity } from './activity.mjs' */

/**
 * @param {WorkerSettings} settings
 * @param {Activity} activity hears of everything that the registry tells by itself
 * @returns {ServiceRegistry}
 */
export function openWorkerRegistry(settings, activity) {
  const { backend, servers, timeoutMs, offline, lazy, cacheFile, recursiveWatches } = settings;
  const options = { servers, timeoutMs, offline, lazy, logger: stderrLogger, ...(cacheFile && { cacheFile }) };
  const registry =
    backend === 'zookeeper-js'
      ? new ZooKeeperJsServiceRegistry({ ...options, recursiveWatches })
      : new ZooKeeperNativeServiceRegistry(options);
  activity.follow(registry);
  return registry;
}

const stderrLogger = {
  debug() {
    // Every request, one line each: too much for hours.
  },
  info: log('INFO'),
  warn: log('WARN'),
  error: log('ERROR'),
};

/** What this program brings about itself all the time. */
const isChatter = /^Not connected; |^ERR_NDSR_CALLBACK: | was registered by another session /;

/** @param {string} level */
function log(level) {
  return (/** @type {string} */ message) => {
    if (isChatter.test(message)) return;
    process.stderr.write(`${new Date().toISOString().slice(11, 23)} ${level} ${message}\n`);
  };
}
