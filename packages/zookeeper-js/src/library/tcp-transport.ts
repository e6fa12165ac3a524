import { connect } from 'node:net';
import { NoConnectionError } from '@ndsr/core/backend';
import { formatAddress, type ServerAddress } from '@ndsr/zookeeper-common';
import { lookupOf } from './known-addresses.js';
import type { Breach, Line } from './line.js';

const useTls = "option 'tls', zookeeper-js+tls://";

/** A connection in the clear. */
export function dialPlain(server: ServerAddress, addresses: readonly string[]): Line {
  const socket = connect({ host: server.host, port: server.port, lookup: lookupOf(addresses), noDelay: true });
  let spokeTls = false;
  // Before anybody else hears of it: to the ZooKeeper protocol it would be nonsense.
  socket.once('data', (chunk) => {
    spokeTls = isTlsRecord(chunk);
    if (spokeTls) socket.destroy();
  });
  return {
    socket,
    opened: 'connect',
    explain: (breach, wasGood) => explain(formatAddress(server), breach, spokeTls, wasGood),
  };
}

function explain(
  address: string,
  { progress }: Breach,
  spokeTls: boolean,
  wasGood: boolean,
): NoConnectionError | undefined {
  if (spokeTls) return new NoConnectionError(`${address} speaks TLS, and was not spoken to in TLS: ${useTls}`);
  // After a good connection it is a server that is going down or coming up.
  if (progress !== 'opened' || wasGood) return undefined;
  return new NoConnectionError(
    `${address} ended the connection without an answer: it does not serve now, or it wants TLS there (${useTls})`,
  );
}

/** An alert or a handshake, of any version. The answer to a greeting begins with a zero. */
function isTlsRecord(bytes: Buffer): boolean {
  return (bytes[0] === 0x15 || bytes[0] === 0x16) && bytes[1] === 3;
}
