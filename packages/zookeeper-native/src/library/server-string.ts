/** So many attempts are made without a pause at most. */
const listLength = 24;

/**
 * The servers as the library takes them, in the order in which they are to be dialled.
 *
 * It makes a pause at the end of its list, so the list is repeated. After a failure it skips one, so that of two servers
 * it would dial the same one for ever; hence every entry stands there twice, but for the very first.
 *
 * @param previous what it was given before. Two lists of one length are the same to the library when they name the same
 * hosts, whatever the ports, and then it does nothing: so the new one gets another length
 */
export function serverString(addresses: readonly string[], previous = ''): string {
  const list = listOf(addresses, listLength);
  return (list.length === previous.split(',').length ? listOf(addresses, listLength + 1) : list).join(',');
}

function listOf(addresses: readonly string[], length: number): readonly string[] {
  const pairs = Array.from({ length }, (_, index) => addresses[index % addresses.length] ?? '');
  return [...pairs.flatMap((address) => [address, address]).slice(1), addresses[length % addresses.length] ?? ''];
}
