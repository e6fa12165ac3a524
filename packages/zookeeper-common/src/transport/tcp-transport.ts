import { connect } from 'node:net';
import { NoConnectionError } from '@ndsr/core/backend';
import { formatAddress } from '../server-list/server-list.js';
import { fixedLookup } from './fixed-lookup.js';
import type { Connect, DisconnectCause } from './transport.js';

/**
 * Connects without TLS.
 *
 * @param howToUseTls the settings that would enable TLS, for the message of a server that expects it
 */
export function connectTcp(howToUseTls: string): Connect {
  return (server, addresses) => {
    const socket = connect({ host: server.host, port: server.port, lookup: fixedLookup(addresses), noDelay: true });
    let spokeTls = false;
    // Before any other listener: in the ZooKeeper protocol these bytes would be malformed.
    socket.once('data', (chunk) => {
      spokeTls = isTlsRecord(chunk);
      if (spokeTls) socket.destroy();
    });
    return {
      socket,
      openEvent: 'connect',
      explain: (cause, endpointVerified) =>
        explain(formatAddress(server), cause, { spokeTls, endpointVerified, howToUseTls }),
    };
  };
}

function explain(
  address: string,
  { progress }: DisconnectCause,
  { spokeTls, endpointVerified, howToUseTls }: { spokeTls: boolean; endpointVerified: boolean; howToUseTls: string },
): NoConnectionError | undefined {
  if (spokeTls) return new NoConnectionError(`${address} speaks TLS, and was not spoken to in TLS: ${howToUseTls}`);
  // After an earlier session it is a server that is going down or coming up.
  if (progress !== 'opened' || endpointVerified) return undefined;
  return new NoConnectionError(
    `${address} ended the connection without an answer: it does not serve now, or it wants TLS there (${howToUseTls})`,
  );
}

/** An alert or a handshake, of any version. ZooKeeper's answer to a handshake begins with a zero. */
function isTlsRecord(bytes: Buffer): boolean {
  return (bytes[0] === 0x15 || bytes[0] === 0x16) && bytes[1] === 3;
}
