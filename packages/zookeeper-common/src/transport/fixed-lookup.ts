import { isIP, type LookupFunction } from 'node:net';

/** A `lookup` for sockets that answers with known addresses, at least one. */
export function fixedLookup(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  const [first] = found;
  if (first === undefined) throw new TypeError('no addresses');
  // Deferred by a tick, like every lookup: the socket is not set up yet.
  return (_host, { all = false }, callback) =>
    process.nextTick(() => (all ? callback(null, found) : callback(null, first.address, first.family)));
}
