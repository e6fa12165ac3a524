import type { Socket } from 'node:net';
import type { ServiceRegistryError } from '@ndsr/core/backend';
import type { ServerAddress } from '../client/zookeeper-client.js';

/**
 * How far a connection got: it is `connecting`; the server's host was `reached`; it was `opened`, so that bytes can be
 * sent, after the TLS handshake if there is one; the servers `answered` with a session, or with the end of one.
 */
export type Progress = 'connecting' | 'reached' | 'opened' | 'answered';

/** Why a connection ended that was closed by the server or the network. */
export interface DisconnectCause {
  readonly progress: Progress;
  /** The error of the socket; null if it was closed without one. */
  readonly error: NodeJS.ErrnoException | null;
}

/** A connection to a server, on which the ZooKeeper protocol can be used once it is open. */
export interface Transport {
  readonly socket: Socket;
  /** The event of the socket when it is open. */
  readonly openEvent: 'connect' | 'secureConnect';
  /**
   * Explains why the connection failed, and what would be right; undefined if there is nothing to explain.
   *
   * @param endpointVerified whether the servers have given a session before, which shows that port and protocol are right
   */
  explain(cause: DisconnectCause, endpointVerified: boolean): ServiceRegistryError | undefined;
}

/**
 * Starts a connection. Throws if that is impossible.
 *
 * @param addresses the addresses of the server's host, at least one
 */
export type Connect = (server: ServerAddress, addresses: readonly string[]) => Transport;
