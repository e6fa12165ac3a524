// The dialogue of the client while its frames are recorded, and again while they are replayed.

/** @import { AclRule, ZooKeeperClient } from '@ndsr/zookeeper-common' */

const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);
/** @type {readonly AclRule[]} */
const acl = [
  { scheme: 'digest', id: 'me:7nsgCr27tLSKD3/CUQ4ZPlajk/o=', permissions: 31 },
  { scheme: 'world', id: 'anyone', permissions: 1 },
];
const invalidAcl = [{ scheme: 'digest', id: 'no colon', permissions: 31 }];
const watch = true;

/** @type {readonly [what: string, run: (client: ZooKeeperClient) => Promise<unknown>][]} */
export const firstConnection = [
  ['create', (client) => client.create('/golden', null, 'persistent')],
  ['create, with data', (client) => client.create('/golden/data', bytes('{"é":1}'), 'persistent')],
  ['create, no bytes', (client) => client.create('/golden/empty', new Uint8Array(0), 'persistent')],
  ['create, ephemeral', (client) => client.create('/golden/mine', bytes('{}'), 'ephemeral')],
  ['create, restricted', (client) => client.create('/golden/restricted', bytes('{}'), 'persistent', acl)],
  ['create, invalid ACL', (client) => client.create('/golden/x', null, 'persistent', invalidAcl)],
  ['create, exists', (client) => client.create('/golden', null, 'persistent')],
  ['create, no parent', (client) => client.create('/golden/no/parent', null, 'persistent')],
  ['create, below an ephemeral node', (client) => client.create('/golden/mine/x', null, 'persistent')],
  ['create, sequential', (client) => client.createSequential('/golden/data/lock-', bytes('x'))],
  ['exists', (client) => client.exists({ path: '/golden/data', watch: false })],
  ['exists, missing', (client) => client.exists({ path: '/golden/missing', watch })],
  ['getData', (client) => client.getData({ path: '/golden/data', watch })],
  ['getData, null', (client) => client.getData({ path: '/golden', watch: false })],
  ['getData, missing', (client) => client.getData({ path: '/golden/missing', watch: false })],
  ['getChildren', (client) => client.getChildren({ path: '/golden', watch })],
  ['setData, with an event', (client) => client.setData('/golden/data', bytes('2'), 0)],
  ['setData, other version', (client) => client.setData('/golden/data', bytes('3'), 0)],
  ['setData, not permitted', (client) => client.setData('/golden/restricted', bytes('3'), 0)],
  ['remove, with an event of the list', (client) => client.remove('/golden/empty', 0)],
  ['remove, not empty', (client) => client.remove('/golden/data', -1)],
  ['replace', (client) => /** @type {any} */ (client).replace('/golden/mine', 0, bytes('new'), 'ephemeral')],
  [
    'replace, other version',
    (client) => /** @type {any} */ (client).replace('/golden/mine', 7, bytes('x'), 'ephemeral'),
  ],
  ['addWatch', (client) => /** @type {any} */ (client).watchRecursively('/golden')],
  ['create, with a recursive event', (client) => client.create('/golden/below', null, 'persistent')],
  ['exists, armed for the reconnect', (client) => client.exists({ path: '/golden/later', watch })],
  ['getData, armed for the reconnect', (client) => client.getData({ path: '/golden/below', watch })],
];

/** After the connection was cut, which the client answers with its session and its watches. */
export const secondConnection = /** @type {typeof firstConnection} */ ([
  [
    'create, with an event of a watch that was armed again',
    (client) => client.create('/golden/later', null, 'persistent'),
  ],
  ['removeWatches', (client) => /** @type {any} */ (client).removeWatches('/golden/below')],
  ['removeWatches, none', (client) => /** @type {any} */ (client).removeWatches('/golden/below')],
]);

/**
 * Runs a step. Returns its result, or its error number, as JSON would have it.
 *
 * @param {ZooKeeperClient} client
 * @param {(client: ZooKeeperClient) => Promise<unknown>} run
 */
export async function resultOf(client, run) {
  try {
    return plain((await run(client)) ?? null);
  } catch (error) {
    return { error: /** @type {any} */ (error).number };
  }
}

/** @param {unknown} value @returns {unknown} */
export function plain(value) {
  return JSON.parse(
    JSON.stringify(value, (_, part) => {
      if (typeof part === 'bigint') return `${part}n`;
      if (part instanceof Uint8Array) return Buffer.from(part).toString();
      return part?.type === 'Buffer' ? Buffer.from(part.data).toString() : part;
    }),
  );
}
