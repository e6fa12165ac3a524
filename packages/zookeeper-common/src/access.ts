import { type AclEntry, type AclPermission, type Credentials, digestId } from '@ndsr/core/backend';
import type { AclRule } from './client/zookeeper-client.js';

const bits: Readonly<Record<AclPermission, number>> = { read: 1, write: 2, create: 4, delete: 8, admin: 16 };
const all = 31;

/** The ACL of new nodes. With credentials and no ACL option it is that of the Python package: all permissions for the user, read for everybody. */
export class Access {
  readonly #own: readonly AclRule[] | undefined;
  #rules: readonly AclRule[] | undefined;

  constructor(own: readonly AclEntry[] | undefined, credentials: Credentials | undefined) {
    this.#own = own?.map(ruleOf);
    this.#rules = this.#own;
    if (credentials !== undefined) this.authenticate(credentials);
  }

  /** The ACL of a new node; undefined for one that is open to everybody. */
  get rules(): readonly AclRule[] | undefined {
    return this.#rules;
  }

  authenticate(credentials: Credentials): void {
    this.#rules = this.#own ?? rulesFor(credentials);
  }
}

function ruleOf({ scheme, id, permissions }: AclEntry): AclRule {
  if (permissions === 'all') return { scheme, id, permissions: all };
  return { scheme, id, permissions: permissions.reduce((sum, permission) => sum | bits[permission], 0) };
}

function rulesFor(credentials: Credentials): readonly AclRule[] {
  const { username, password } = credentials.reveal();
  return [
    { scheme: 'digest', id: digestId(username, password), permissions: all },
    { scheme: 'world', id: 'anyone', permissions: bits.read },
  ];
}
