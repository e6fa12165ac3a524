import type { ZooKeeperClient } from '@ndsr/zookeeper-common';

/** Faults on demand. Each promise resolves once the fault is in effect, not once the clients have noticed it. */
export interface ClientFaults {
  /**
   * The clients of `client()` can no longer reach the servers, and their connections break. Clients of `witness()` are
   * not affected.
   */
  goDown(): Promise<void>;
  /** They can reach the servers again, which still know their sessions. */
  comeBack(): Promise<void>;
  /** The servers expire the session of `client`, which was created by `client()` and is connected. */
  expire(client: ZooKeeperClient): Promise<void>;
  /** The connections of the clients of `client()` stay open, but nothing passes through them. Ended by `comeBack`. */
  halfOpen?(): Promise<void>;
}

/** Servers, and clients of the binding under test. The suite opens one fixture per case and closes it. */
export interface ClientFixture {
  /** An existing empty persistent node, for this fixture alone; not `/`. Cases work below it. */
  readonly root: string;
  /** Returns a new client, not yet connected, that the faults affect. The suite closes it. */
  client(): ZooKeeperClient;
  /** Returns a new client that the faults do not affect. */
  witness(): ZooKeeperClient;
  /** Needed if the suite is given `faults: true`. */
  readonly faults?: ClientFaults;
  /** Discards everything. The clients have been closed by then; a fault may still be in effect. */
  close(): Promise<void>;
}
