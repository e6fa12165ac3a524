import { isIP } from 'node:net';
import { checkServerIdentity, connect } from 'node:tls';
import { TlsError } from '@ndsr/core/backend';
import { formatAddress, type ServerAddress } from '@ndsr/zookeeper-common';
import { lookupOf } from '../library/known-addresses.js';
import type { Dial } from '../library/line.js';
import { MaterialError, type TlsMaterial } from './tls-material.js';
import type { TlsSettings } from './tls-settings.js';
import { explainTls } from './tls-trouble.js';

/** Connections over TLS, each with the certificates of its moment. No session of TLS is resumed: each proves everything. */
export function tlsDial(settings: TlsSettings): Dial {
  return (server, addresses) => {
    const { context, certificate } = materialFor(server, settings);
    const name = settings.servername ?? server.host;
    const socket = connect({
      host: server.host,
      port: server.port,
      lookup: lookupOf(addresses),
      secureContext: context,
      // RFC 6066: names only, and without the dot at the end.
      ...(isIP(name) === 0 && { servername: name.replace(/\.$/, '') }),
      // Said here, so that no environment variable can unsay it.
      rejectUnauthorized: true,
      checkServerIdentity: (_, peer) => checkServerIdentity(name, peer),
    });
    // Again when it is connected: of several addresses of a host each is tried through a handle of its own.
    socket.setNoDelay(true);
    socket.once('connect', () => socket.setNoDelay(true));
    return {
      socket,
      opened: 'secureConnect',
      explain: (breach, wasGood) => explainTls({ address: formatAddress(server), name, certificate }, breach, wasGood),
    };
  };
}

function materialFor(server: ServerAddress, settings: TlsSettings): TlsMaterial {
  try {
    return settings.read();
  } catch (error) {
    if (!(error instanceof MaterialError)) throw error;
    throw new TlsError(`No TLS connection to ${formatAddress(server)}: ${error.message}`, { cause: error.cause });
  }
}
