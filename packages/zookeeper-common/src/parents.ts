import { parentOf } from '@ndsr/core/backend';
import type { AclRule } from './client/zookeeper-client.js';
import { errorNumbers } from './client/zookeeper-error.js';
import { isErrorNumber } from './errors/error-table.js';

/** Creates one empty persistent node, with that ACL; rejects with the servers' number. */
export type CreateParent = (serverPath: string, acl: readonly AclRule[] | undefined) => Promise<void>;

/** Somebody may remove the parent that was just made. */
const mostAttempts = 5;

/**
 * Makes what is missing above a node, the chroot included; each node once, however many wait for it.
 * The direct parent gets the ACL that is given, as the Python package has it, those above are open to all.
 * From the bottom up: asking for a node that is there already, below one where we may not create, would be refused.
 */
export class Parents {
  readonly #create: CreateParent;
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(create: CreateParent) {
    this.#create = create;
  }

  async makeFor(serverPath: string, acl?: readonly AclRule[]): Promise<void> {
    const parent = parentOf(serverPath);
    if (parent !== undefined && parent !== '/') await this.#make(parent, acl);
  }

  #make(serverPath: string, acl: readonly AclRule[] | undefined): Promise<void> {
    const known = this.#underWay.get(serverPath);
    if (known !== undefined) return known;
    const making = this.#makeAnew(serverPath, acl).finally(() => this.#underWay.delete(serverPath));
    this.#underWay.set(serverPath, making);
    return making;
  }

  async #makeAnew(serverPath: string, acl: readonly AclRule[] | undefined): Promise<void> {
    for (let attempts = 1; ; attempts += 1) {
      try {
        await this.#create(serverPath, acl);
        return;
      } catch (thrown) {
        if (isErrorNumber(thrown, errorNumbers.nodeExists)) return;
        if (!isErrorNumber(thrown, errorNumbers.noNode) || attempts === mostAttempts) throw thrown;
      }
      await this.makeFor(serverPath);
    }
  }
}
