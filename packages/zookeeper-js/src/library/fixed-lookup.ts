import { isIP, type LookupFunction } from 'node:net';

/** What a socket uses in the place of a lookup of its own: answers with addresses that are known already, at least one. */
export function lookupOf(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  const [first] = found;
  if (first === undefined) throw new TypeError('no addresses');
  // Deferred by a tick, as every lookup is: the socket that asks is not set up yet.
  return (_host, { all = false }, callback) =>
    process.nextTick(() => (all ? callback(null, found) : callback(null, first.address, first.family)));
}
