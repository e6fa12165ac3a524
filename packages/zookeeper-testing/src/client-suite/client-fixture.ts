import type { ZooKeeperClient } from '@ndsr/zookeeper-common';

/** Faults on demand. Each resolves when the fault is in force, not when the clients have noticed it. */
export interface ClientFaults {
  /** The clients of `client()` cannot reach the servers any more, and their connections break. Witnesses are unharmed. */
  goDown(): Promise<void>;
  /** They can again; the servers still know their sessions. */
  comeBack(): Promise<void>;
  /** The servers end the session of `client`, which was made by `client()` and is connected. */
  expire(client: ZooKeeperClient): Promise<void>;
  /** The connections of the clients of `client()` stay open, and nothing goes through. Ended by `comeBack`. */
  halfOpen?(): Promise<void>;
}

/** Servers, and clients of the binding under test. The suite opens one fixture per case and closes it. */
export interface ClientFixture {
  /** An empty persistent node that is there already, for this fixture alone; not `/`. Cases work below it. */
  readonly root: string;
  /** A fresh client, not yet connected, within reach of the faults. The suite closes it. */
  client(): ZooKeeperClient;
  /** The same out of reach of the faults. */
  witness(): ZooKeeperClient;
  /** Needed when the suite is given `faults: true`. */
  readonly faults?: ClientFaults;
  /** Gives everything up. The clients have been closed by then; a fault may still be in force. */
  close(): Promise<void>;
}
