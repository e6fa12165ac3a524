import { isIP } from 'node:net';
import { lazyCrypto } from '../builtins/lazy-crypto.js';
import { InvalidArgumentError } from '../errors/argument-errors.js';
import { checkOptions, type Expectation } from './check-options.js';

/** A permission on a node: read or change its data, create or delete children, change its ACL. */
export type AclPermission = 'read' | 'write' | 'create' | 'delete' | 'admin';

/** One entry of an ACL, in ZooKeeper's terms. */
export interface AclEntry {
  /** `world`, `digest`, `auth`, `ip`, or another scheme that the servers support. */
  readonly scheme: string;
  /**
   * The identity within the scheme: `anyone` for `world`; the result of `digestId` for `digest`; `''` for `auth`, which
   * means every identity that this registry has authenticated as; an address, or a range such as `10.0.0.0/8`, for
   * `ip`.
   */
  readonly id: string;
  readonly permissions: 'all' | readonly AclPermission[];
}

/** Returns the `id` of a user for an ACL entry of the scheme `digest`. The password cannot be recovered from it. */
export function digestId(username: string, password: string): string {
  return `${username}:${lazyCrypto().createHash('sha1').update(`${username}:${password}`).digest('base64')}`;
}

const permissionNames: readonly string[] = ['read', 'write', 'create', 'delete', 'admin'] satisfies AclPermission[];

const scheme: Expectation = {
  expected: "a scheme's name, such as 'digest'",
  accepts: (value) => typeof value === 'string' && value !== '',
};

const permissions: Expectation = {
  expected: `'all', or a list of some of ${permissionNames.map((name) => `'${name}'`).join(', ')}`,
  accepts: (value) =>
    value === 'all' ||
    (Array.isArray(value) && value.length > 0 && value.every((one) => permissionNames.includes(one))),
};

const anyId: Expectation = { expected: 'text', accepts: (value) => typeof value === 'string' && value !== '' };

/** Expected ids by scheme. The refused value is never quoted: it may be a password in place of its digest. */
const ids: Readonly<Record<string, Expectation>> = {
  world: { expected: "'anyone'", accepts: (value) => value === 'anyone' },
  auth: { expected: "'', since it stands for the credentials", accepts: (value) => value === '' },
  digest: {
    expected: 'what digestId(username, password) makes',
    // Servers can be configured for longer digests than SHA-1's.
    accepts: (value) => typeof value === 'string' && /^[^:]+:[A-Za-z0-9+/]{27,}={0,2}$/.test(value),
  },
  ip: { expected: "an address, or a range such as '10.0.0.0/8'", accepts: isAddress },
};

function isAddress(value: unknown): boolean {
  const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(String(value)) ?? [];
  const version = isIP(address);
  return version !== 0 && (bits === undefined || Number(bits) <= (version === 4 ? 32 : 128));
}

/**
 * The ACL is sent with every node that is created, next to up to `maxNodeBytes` of path and data, in one request that
 * must stay below the servers' limit.
 */
const maxAclBytes = 32_768;

/**
 * Checks and copies the option `acl`.
 *
 * @param hasCredentials whether there are credentials that `auth` can refer to
 * @throws {InvalidArgumentError} naming the entry, and the expected value
 */
export function aclFrom(value: unknown, hasCredentials: boolean): readonly AclEntry[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) {
    throw new InvalidArgumentError("option 'acl' is no list; expected a list of { scheme, id, permissions }");
  }
  if (value.length === 0) {
    throw new InvalidArgumentError("option 'acl' is empty; expected at least one { scheme, id, permissions }");
  }
  const entries = value.map((entry, index) => entryFrom(entry, `option 'acl', entry ${index}`, hasCredentials));
  const bytes = Buffer.byteLength(JSON.stringify(entries));
  if (bytes <= maxAclBytes) return Object.freeze(entries);
  throw new InvalidArgumentError(`option 'acl' takes ${bytes} bytes; expected at most ${maxAclBytes}`);
}

function entryFrom(entry: unknown, label: string, hasCredentials: boolean): AclEntry {
  if (typeof entry !== 'object' || entry === null) {
    throw new InvalidArgumentError(`${label} is no object; expected { scheme, id, permissions }`);
  }
  const given = entry as Partial<AclEntry>;
  const id = Object.hasOwn(ids, String(given.scheme)) ? ids[String(given.scheme)] : undefined;
  const shape = { scheme, id: id ?? anyId, permissions };
  for (const name of Object.keys(shape) as (keyof AclEntry)[]) {
    if (given[name] === undefined)
      throw new InvalidArgumentError(`${label} has no '${name}'; expected ${shape[name].expected}`);
  }
  checkOptions(label, entry, shape);
  if (given.scheme === 'auth' && !hasCredentials) {
    throw new InvalidArgumentError(
      `${label}: scheme 'auth' stands for the credentials; give username and password too`,
    );
  }
  const { scheme: by, id: whom, permissions: what } = entry as AclEntry;
  return Object.freeze({ scheme: by, id: whom, permissions: what === 'all' ? what : Object.freeze([...what]) });
}
