import type { NodeStat } from '@ndsr/core/backend';
import { type AclRule, errorNumbers, TamperedError, ZooKeeperError } from '@ndsr/zookeeper-common';

/** Single requests, as the library has them: what it makes is open to all. */
export interface NodeRequests {
  /** The session of the moment. */
  readonly sessionId: bigint;
  create(path: string, data: Uint8Array, flags: number): Promise<string>;
  setAcl(path: string, acl: readonly AclRule[], aclVersion: number): Promise<void>;
  /** What is asked next sees all that the servers had been asked by anybody before. */
  sync(path: string): Promise<void>;
  getData(path: string): Promise<{ readonly data: Uint8Array | null; readonly stat: NodeStat }>;
  exists(path: string): Promise<NodeStat | null>;
  getNames(path: string): Promise<readonly string[]>;
  setData(path: string, data: Uint8Array, version: number): Promise<void>;
  remove(path: string, version: number): Promise<void>;
}

/** A node to be made. */
export interface Restricted {
  /** Of a sequential node without its number. */
  readonly path: string;
  readonly data: Uint8Array;
  readonly flags: number;
  readonly acl: readonly AclRule[];
}

/** A node that may stand there open, since the connection broke. */
export interface Unsettled {
  readonly path: string;
  /** Whether `path` lacks the number that the servers gave. */
  readonly isPrefix: boolean;
  /** The session of an ephemeral node, `0n` for a persistent one. */
  readonly owner: bigint;
  readonly acl: readonly AclRule[];
  /** Whether the servers said that they made it. */
  readonly wasMade: boolean;
}

const ephemeral = 1;
const sequential = 2;
const read = 1;
const anyVersion = -1;
const noData = new Uint8Array(0);

/**
 * Makes nodes with an ACL through a library that makes all of them open to everybody: makes the node, restricts it, and then
 * looks whether anybody touched it in between. That nobody changed the ACL is said by its version, which has to be 0 as one
 * restricts and 1 afterwards: servers hold what comes while a restriction is being carried out against the ACL of before. That
 * nobody put another node there or wrote into it is said by the node itself. Data that not everybody shall read are written
 * when all that is done. What was tampered with is removed where that is permitted, and `TamperedError` tells.
 * docs/decisions/0010 has the reasons.
 */
export class RestrictedNodes {
  readonly #requests: NodeRequests;
  readonly #unsettled: Set<Unsettled>;

  /** @param unsettled outlives this session: the next one goes on with what it could not settle */
  constructor(requests: NodeRequests, unsettled: Set<Unsettled>) {
    this.#requests = requests;
    this.#unsettled = unsettled;
  }

  /** Resolves with the path that it has. */
  async create(given: Restricted): Promise<string> {
    // The caller may use its buffer again.
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
      // Its data may be missing: that is for the caller to see to, who looks what has become of it.
      if (isRestricted && isLost(thrown)) throw thrown;
      throw await this.#takeBack(path, owner, wanted.acl, thrown);
    }
  }

  /**
   * Sees to what the last connection left open; undefined where there is nothing. Rejects when the connection breaks.
   *
   * @param tell of what cannot be seen to
   */
  settle(tell: (error: Error) => void): Promise<void> | undefined {
    return this.#unsettled.size === 0 ? undefined : this.#settle(tell);
  }

  async #make({ path, data, flags, acl }: Restricted, owner: bigint): Promise<string> {
    try {
      return await this.#requests.create(path, isForAll(acl) ? data : noData, flags);
    } catch (thrown) {
      const isPrefix = (flags & sequential) !== 0;
      if (isLost(thrown)) this.#unsettled.add({ path, isPrefix, owner, acl, wasMade: false });
      throw thrown;
    }
  }

  async #restrict({ path, data, acl }: Restricted, owner: bigint): Promise<void> {
    await this.#requests.setAcl(path, acl, 0).catch(becauseOfItsAcl);
    // In one go: the servers carry them out in this order.
    const synced = this.#requests.sync(path);
    const [there] = await Promise.all([isForAll(acl) ? this.#whole(path) : this.#emptied(path), synced]);
    check(there.stat, owner, isSame(there.data, isForAll(acl) ? data : noData));
  }

  async #whole(path: string): Promise<Found> {
    const { data, stat } = await this.#requests.getData(path).catch(becauseOfItsAcl);
    return { data: data ?? noData, stat };
  }

  /** Perhaps we may not read it. */
  async #emptied(path: string): Promise<Found> {
    const stat = await this.#requests.exists(path);
    if (stat === null) throw new ZooKeeperError(errorNumbers.noNode);
    return { data: new Uint8Array(stat.dataLength), stat };
  }

  /** What `create` rejects with. */
  async #takeBack(path: string, owner: bigint, acl: readonly AclRule[], thrown: unknown): Promise<unknown> {
    const unsettled = { path, isPrefix: false, owner, acl, wasMade: true };
    if (isLost(thrown)) {
      this.#unsettled.add(unsettled);
      return thrown;
    }
    // Somebody who may do that removed it.
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

  /** Whether it is gone. Another's node is left alone, but for one that has got our ACL. */
  async #remove(path: string, owner: bigint, thrown: unknown): Promise<boolean> {
    const stat = await this.#requests.exists(path);
    if (stat === null) return true;
    const hasOurAcl = thrown instanceof Tampering && thrown.isRestricted;
    if (stat.ephemeralOwner !== owner && !hasOurAcl) return false;
    await this.#requests.remove(path, anyVersion).catch(unlessGone);
    return true;
  }

  async #settle(tell: (error: Error) => void): Promise<void> {
    for (const unsettled of this.#unsettled) {
      try {
        for (const path of await this.#pathsOf(unsettled)) await this.#settleAt(path, unsettled);
      } catch (thrown) {
        if (isLost(thrown)) throw thrown;
        tell(
          new Error(
            `${unsettled.path} may have another ACL than it should: ${thrown instanceof Error ? thrown.message : thrown}`,
          ),
        );
      }
      this.#unsettled.delete(unsettled);
    }
  }

  async #pathsOf({ path, isPrefix }: Unsettled): Promise<readonly string[]> {
    if (!isPrefix) return [path];
    const slash = path.lastIndexOf('/') + 1;
    const names = await this.#requests.getNames(path.slice(0, slash - 1) || '/').catch(noneUnlessLost);
    return names.filter((name) => name.startsWith(path.slice(slash))).map((name) => path.slice(0, slash) + name);
  }

  /** Nobody was told that it was made. It goes, unless it is in use. */
  async #settleAt(path: string, { owner, acl, wasMade }: Unsettled): Promise<void> {
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

/** What was found. Its message says what was done. */
class Tampering extends Error {
  /** Whether what is there has our ACL all the same. */
  readonly isRestricted: boolean;

  constructor(message: string, isRestricted = false) {
    super(message);
    this.isRestricted = isRestricted;
  }
}

const aclChanged = 'its ACL was changed';

/** We may no longer do what everybody might as it was made, or what everybody may by our ACL. */
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

/** By us, and the answer was lost; or by somebody else. */
function unlessItHasAnother(thrown: unknown): void {
  if (isNumber(thrown, errorNumbers.badVersion, errorNumbers.noAuth)) throw new Error('its ACL was changed meanwhile');
  unlessGone(thrown);
}

function noneUnlessLost(thrown: unknown): readonly string[] {
  if (isLost(thrown)) throw thrown;
  return [];
}
