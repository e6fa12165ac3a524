import type { NodeStat } from '@ndsr/core/backend';
import { type AclRule, errorNumbers, TamperedError, ZooKeeperError } from '@ndsr/zookeeper-common';

/** The requests of the library: nodes that it creates are open to everybody. */
export interface NodeRequests {
  /** The current session. */
  readonly sessionId: bigint;
  create(path: string, data: Uint8Array, flags: number): Promise<string>;
  setAcl(path: string, acl: readonly AclRule[], aclVersion: number): Promise<void>;
  /** The next read sees all earlier requests of any client. */
  sync(path: string): Promise<void>;
  getData(path: string): Promise<{ readonly data: Uint8Array | null; readonly stat: NodeStat }>;
  exists(path: string): Promise<NodeStat | null>;
  getNames(path: string): Promise<readonly string[]>;
  setData(path: string, data: Uint8Array, version: number): Promise<void>;
  remove(path: string, version: number): Promise<void>;
}

/** A node to create. */
export interface RestrictedNode {
  /** Without the number of a sequential node. */
  readonly path: string;
  readonly data: Uint8Array;
  readonly flags: number;
  readonly acl: readonly AclRule[];
}

/** A node that may exist without its ACL, since the connection broke. */
export interface UnsettledNode {
  readonly path: string;
  /** True if `path` lacks the number that the servers appended. */
  readonly isPrefix: boolean;
  /** The session of an ephemeral node, `0n` for a persistent one. */
  readonly owner: bigint;
  readonly acl: readonly AclRule[];
  /** True if the servers confirmed its creation. */
  readonly wasMade: boolean;
}

const ephemeral = 1;
const sequential = 2;
const read = 1;
const anyVersion = -1;
const noData = new Uint8Array(0);

/**
 * Creates nodes with an ACL through a library that creates them open to everybody: creates the node, restricts it, and then
 * checks whether another client changed it in between. The version of the ACL shows whether the ACL was changed: it must be 0 when the
 * node is restricted and 1 afterwards, since servers check requests that arrive while the ACL is being set against the earlier one.
 * The node itself shows whether it was replaced or written. Data that not everybody may read is written
 * after all that. A node that was tampered with is removed if that is permitted, and `create` rejects with a `TamperedError`.
 * docs/decisions/0010 has the reasons.
 */
export class RestrictedNodes {
  readonly #requests: NodeRequests;
  readonly #unsettled: Set<UnsettledNode>;

  /** @param unsettled shared with the next session, which settles the nodes that this one could not */
  constructor(requests: NodeRequests, unsettled: Set<UnsettledNode>) {
    this.#requests = requests;
    this.#unsettled = unsettled;
  }

  /** Resolves to the path of the node. */
  async create(given: RestrictedNode): Promise<string> {
    // The caller may reuse its buffer.
    const wanted = { ...given, data: Uint8Array.from(given.data) };
    const owner = (wanted.flags & ephemeral) === 0 ? 0n : this.#requests.sessionId;
    const path = await this.#make(wanted, owner);
    let isRestricted = false;
    try {
      await this.#restrict({ ...wanted, path }, owner);
      isRestricted = true;
      if (!isForAll(wanted.acl) && wanted.data.length > 0) await this.#requests.setData(path, wanted.data, 0);
      return path;
    } catch (thrown) {
      // The data may be missing: the caller checks the node after a connection loss.
      if (isRestricted && isLost(thrown)) throw thrown;
      throw await this.#takeBack(path, owner, wanted.acl, thrown);
    }
  }

  /**
   * Settles the nodes that the last connection left open; undefined if there are none. Rejects when the connection breaks.
   *
   * @param report receives the failures
   */
  settle(report: (error: Error) => void): Promise<void> | undefined {
    return this.#unsettled.size === 0 ? undefined : this.#settle(report);
  }

  async #make({ path, data, flags, acl }: RestrictedNode, owner: bigint): Promise<string> {
    try {
      return await this.#requests.create(path, isForAll(acl) ? data : noData, flags);
    } catch (thrown) {
      const isPrefix = (flags & sequential) !== 0;
      if (isLost(thrown)) this.#unsettled.add({ path, isPrefix, owner, acl, wasMade: false });
      throw thrown;
    }
  }

  async #restrict({ path, data, acl }: RestrictedNode, owner: bigint): Promise<void> {
    await this.#requests.setAcl(path, acl, 0).catch(becauseOfItsAcl);
    // Sent together: the servers carry them out in this order.
    const synced = this.#requests.sync(path);
    const [there] = await Promise.all([isForAll(acl) ? this.#whole(path) : this.#emptied(path), synced]);
    check(there.stat, owner, isSame(there.data, isForAll(acl) ? data : noData));
  }

  async #whole(path: string): Promise<Found> {
    const { data, stat } = await this.#requests.getData(path).catch(becauseOfItsAcl);
    return { data: data ?? noData, stat };
  }

  /** Uses `exists`, since we may not be permitted to read it. */
  async #emptied(path: string): Promise<Found> {
    const stat = await this.#requests.exists(path);
    if (stat === null) throw new ZooKeeperError(errorNumbers.noNode);
    return { data: new Uint8Array(stat.dataLength), stat };
  }

  /** Removes the node if possible. Returns the error with which `create` rejects. */
  async #takeBack(path: string, owner: bigint, acl: readonly AclRule[], thrown: unknown): Promise<unknown> {
    const unsettled = { path, isPrefix: false, owner, acl, wasMade: true };
    if (isLost(thrown)) {
      this.#unsettled.add(unsettled);
      return thrown;
    }
    // Another client, which is permitted to, removed it.
    if (isNumber(thrown, errorNumbers.noNode)) return thrown;
    let outcome: string;
    try {
      outcome = (await this.#remove(path, owner, thrown)) ? 'it was removed' : 'it is still there';
    } catch (error) {
      if (isLost(error)) this.#unsettled.add(unsettled);
      outcome = 'it could not be removed';
    }
    return thrown instanceof Tampering ? new TamperedError(`${thrown.message}; ${outcome}`) : thrown;
  }

  /** Returns whether the node is gone. A node of another session is left alone, unless it has got our ACL. */
  async #remove(path: string, owner: bigint, thrown: unknown): Promise<boolean> {
    const stat = await this.#requests.exists(path);
    if (stat === null) return true;
    const hasOurAcl = thrown instanceof Tampering && thrown.isRestricted;
    if (stat.ephemeralOwner !== owner && !hasOurAcl) return false;
    await this.#requests.remove(path, anyVersion).catch(unlessGone);
    return true;
  }

  async #settle(report: (error: Error) => void): Promise<void> {
    for (const unsettled of this.#unsettled) {
      try {
        for (const path of await this.#pathsOf(unsettled)) await this.#settleAt(path, unsettled);
      } catch (thrown) {
        if (isLost(thrown)) throw thrown;
        report(
          new Error(
            `${unsettled.path} may have another ACL than it should: ${thrown instanceof Error ? thrown.message : thrown}`,
          ),
        );
      }
      this.#unsettled.delete(unsettled);
    }
  }

  async #pathsOf({ path, isPrefix }: UnsettledNode): Promise<readonly string[]> {
    if (!isPrefix) return [path];
    const slash = path.lastIndexOf('/') + 1;
    const names = await this.#requests.getNames(path.slice(0, slash - 1) || '/').catch(noneUnlessLost);
    return names.filter((name) => name.startsWith(path.slice(slash))).map((name) => path.slice(0, slash) + name);
  }

  /** Its creation was not reported to the caller. Removes it, unless it is in use. */
  async #settleAt(path: string, { owner, acl, wasMade }: UnsettledNode): Promise<void> {
    const stat = await this.#requests.exists(path);
    if (stat === null || stat.ephemeralOwner !== owner) return;
    const isUnused = stat.version === 0 && stat.numChildren === 0;
    if (owner !== 0n || (wasMade && isUnused)) await this.#requests.remove(path, anyVersion).catch(unlessGone);
    else if (wasMade) await this.#requests.setAcl(path, acl, 0).catch(unlessItHasAnother);
    else if (stat.aversion === 0) throw new Error('whether it is ours is not known, the answer to its making was lost');
  }
}

interface Found {
  readonly data: Uint8Array;
  readonly stat: NodeStat;
}

/** A detected change by another client; the message describes it. */
class Tampering extends Error {
  /** True if the node has our ACL nevertheless. */
  readonly isRestricted: boolean;

  constructor(message: string, isRestricted = false) {
    super(message);
    this.isRestricted = isRestricted;
  }
}

const aclChanged = 'its ACL was changed';

/** These errors show that another client changed the ACL: we lack permissions that everybody had when the node was created, or that our ACL grants. */
function becauseOfItsAcl(thrown: unknown): never {
  throw isNumber(thrown, errorNumbers.badVersion, errorNumbers.noAuth) ? new Tampering(aclChanged) : thrown;
}

/** @throws {Tampering} */
function check(stat: NodeStat, owner: bigint, hasOurData: boolean): void {
  if (stat.aversion !== 1) throw new Tampering(aclChanged);
  if (stat.ephemeralOwner !== owner) throw new Tampering('another node was put in its place', true);
  if (stat.version !== 0 || !hasOurData) throw new Tampering('its data were changed', true);
}

function isForAll(acl: readonly AclRule[]): boolean {
  return acl.some(({ scheme, permissions }) => scheme === 'world' && (permissions & read) !== 0);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function isNumber(thrown: unknown, ...numbers: readonly number[]): boolean {
  return thrown instanceof ZooKeeperError && numbers.includes(thrown.number);
}

function isLost(thrown: unknown): boolean {
  return isNumber(thrown, errorNumbers.connectionLoss);
}

function unlessGone(thrown: unknown): void {
  if (!isNumber(thrown, errorNumbers.noNode)) throw thrown;
}

/** The ACL was changed by us, and the answer was lost; or by another client. */
function unlessItHasAnother(thrown: unknown): void {
  if (isNumber(thrown, errorNumbers.badVersion, errorNumbers.noAuth)) throw new Error('its ACL was changed meanwhile');
  unlessGone(thrown);
}

function noneUnlessLost(thrown: unknown): readonly string[] {
  if (isLost(thrown)) throw thrown;
  return [];
}
