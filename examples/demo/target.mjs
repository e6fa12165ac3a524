/** @import { Place } from './place.mjs' */

/** The command line names a backend that the demo does not support. */
export class UnknownTargetError extends Error {}

/**
 * Only the selected backend is imported.
 *
 * @type {Record<string, { packages: readonly string[], form: string, open(servers: string): Promise<Place> }>}
 */
const backends = {
  memory: {
    packages: ['@ndsr/memory'],
    form: 'memory:',
    open: async () => (await import('./memory-place.mjs')).memoryPlace(),
  },
  'zookeeper-js': {
    packages: ['@ndsr/zookeeper-js', '@ndsr/zookeeper-testing'],
    form: 'zookeeper-js://host:2181,host:2181/chroot',
    open: async (servers) => (await import('./zookeeper-js-place.mjs')).zooKeeperJsPlace(servers),
  },
};

/**
 * Reads the command line: one URL, or nothing for memory.
 *
 * @param {readonly string[]} args
 * @returns {{ packages: readonly string[], open(): Promise<Place> }} the packages that it needs, and the way in
 * @throws {UnknownTargetError} with the valid arguments
 */
export function parseTarget(args) {
  const [url = 'memory:', ...more] = args;
  const [, scheme = '', servers = ''] = /^([^:]*):(?:\/\/)?(.*)$/.exec(url) ?? [];
  const backend = Object.hasOwn(backends, scheme) ? backends[scheme] : undefined;
  if (backend === undefined) throw unknown(`The demo cannot run on '${url}'.`);
  if (more.length > 0) throw unknown(`The demo takes one URL; '${more.join(' ')}' is too much.`);
  if (scheme !== 'memory' && servers === '') throw unknown(`'${url}' names no server.`);
  return { packages: backend.packages, open: () => backend.open(servers) };
}

/** @param {string} complaint */
function unknown(complaint) {
  const forms = Object.values(backends).map(({ form }) => `  ${form}`);
  return new UnknownTargetError(`${complaint} It runs on:\n${forms.join('\n')}`);
}
