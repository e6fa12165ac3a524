import type { Socket } from 'node:net';
import type { ServiceRegistryError } from '@ndsr/core/backend';
import type { ServerAddress } from '@ndsr/zookeeper-common';

/**
 * How far a connection came: it was `dialled`; the server's machine was `reached`; it was `opened`, so that bytes could be
 * sent, after the TLS handshake where there is one; the servers `answered` with a session, or with the end of one.
 */
export type Progress = 'dialled' | 'reached' | 'opened' | 'answered';

/** What is known of a connection that was ended by the other side. */
export interface Breach {
  readonly progress: Progress;
  /** What the socket said; null where it was ended in order. */
  readonly error: NodeJS.ErrnoException | null;
}

/** A way to a server, on which the ZooKeeper protocol can be spoken once it is open. */
export interface Line {
  readonly socket: Socket;
  /** What the socket emits then. */
  readonly opened: 'connect' | 'secureConnect';
  /**
   * Why the servers could not be talked to, in words that say what would be right; undefined where they would tell nothing.
   *
   * @param wasGood whether the servers have given a session before: then they were reached in the right way
   */
  explain(breach: Breach, wasGood: boolean): ServiceRegistryError | undefined;
}

/**
 * Begins a connection. Throws where that is not possible at all.
 *
 * @param addresses of the server's host, at least one
 */
export type Dial = (server: ServerAddress, addresses: readonly string[]) => Line;
