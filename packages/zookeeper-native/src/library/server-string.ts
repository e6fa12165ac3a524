/** So many attempts are made without a pause at most, while the connection is away. */
const mostAttempts = 8;

/**
 * The servers as the library takes them while it is connected: as few as can be. It turns each into an address, even where
 * it is one, whenever it has read an answer.
 */
export function shortList(addresses: readonly string[]): string {
  return addresses.join(',');
}

/**
 * The servers in the order in which the library is to dial them when the connection has broken.
 *
 * It makes a pause at the end of its list, so the list is repeated. After a failure it skips one, so that of two servers
 * it would dial the same one for ever; hence every entry stands there twice, but for the very first.
 *
 * @param previous what it was given before. Two lists of one length are the same to the library when they name the same
 * hosts, whatever the ports, and then it does nothing: so the new one gets another length
 */
export function longList(addresses: readonly string[], previous: string): string {
  const list = repeated(addresses, mostAttempts);
  return (list.length === previous.split(',').length ? repeated(addresses, mostAttempts + 1) : list).join(',');
}

function repeated(addresses: readonly string[], pairs: number): readonly string[] {
  const order = Array.from({ length: pairs + 1 }, (_, index) => addresses[index % addresses.length] ?? '');
  return order.flatMap((address) => [address, address]).slice(1, -1);
}
