import { isIP } from 'node:net';
import { TlsError } from '@ndsr/core/backend';
import type { ServerAddress } from '../client/zookeeper-client.js';
import { formatAddress } from '../server-list/server-list.js';
import { fixedLookup } from '../transport/fixed-lookup.js';
import type { Connect } from '../transport/transport.js';
import { lazyTls } from './lazy-builtins.js';
import { explainTlsFailure } from './tls-failure.js';
import { MaterialError, type TlsMaterial } from './tls-material.js';
import type { TlsSettings } from './tls-settings.js';

/** Connects over TLS, each time with the current certificates. TLS sessions are never resumed: each handshake verifies everything. */
export function connectTls(settings: TlsSettings): Connect {
  return (server, addresses) => {
    const { context, certificate } = materialFor(server, settings);
    const name = settings.servername ?? server.host;
    const { checkServerIdentity, connect } = lazyTls();
    const socket = connect({
      host: server.host,
      port: server.port,
      lookup: fixedLookup(addresses),
      secureContext: context,
      // RFC 6066: names only, and without the dot at the end.
      ...(isIP(name) === 0 && { servername: name.replace(/\.$/, '') }),
      // Explicit, so that no environment variable can disable it.
      rejectUnauthorized: true,
      checkServerIdentity: (_, peer) => checkServerIdentity(name, peer),
    });
    // Again when it is connected: each address of a host is tried through a handle of its own.
    socket.setNoDelay(true);
    socket.once('connect', () => socket.setNoDelay(true));
    return {
      socket,
      openEvent: 'secureConnect',
      explain: (cause, endpointVerified) =>
        explainTlsFailure({ address: formatAddress(server), name, certificate }, cause, endpointVerified),
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
