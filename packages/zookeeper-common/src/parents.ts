import { parentOf } from '@ndsr/core/backend';
import type { AclRule } from './client/zookeeper-client.js';
import { errorNumbers } from './client/zookeeper-error.js';
import { isErrorNumber } from './errors/error-table.js';

/** Creates one empty persistent node with that ACL; rejects with the servers' number. */
export type CreateParent = (serverPath: string, acl: readonly AclRule[] | undefined) => Promise<void>;

/** Another client may remove the parent that was just created. */
const maxAttempts = 5;

/**
 * Creates the missing nodes above a node, including the chroot; each node once, however many callers wait for it.
 * The direct parent gets the given ACL, as in the Python package; nodes above are open to everybody.
 * Works from the bottom up: the servers would reject the creation of an existing node whose parent does not permit us to create.
 */
export class Parents {
  readonly #create: CreateParent;
  readonly #pending = new Map<string, Promise<void>>();

  constructor(create: CreateParent) {
    this.#create = create;
  }

  async createFor(serverPath: string, acl?: readonly AclRule[]): Promise<void> {
    const parent = parentOf(serverPath);
    if (parent !== undefined && parent !== '/') await this.#createOnce(parent, acl);
  }

  #createOnce(serverPath: string, acl: readonly AclRule[] | undefined): Promise<void> {
    const pending = this.#pending.get(serverPath);
    if (pending !== undefined) return pending;
    const creating = this.#createWithParents(serverPath, acl).finally(() => this.#pending.delete(serverPath));
    this.#pending.set(serverPath, creating);
    return creating;
  }

  async #createWithParents(serverPath: string, acl: readonly AclRule[] | undefined): Promise<void> {
    for (let attempts = 1; ; attempts += 1) {
      try {
        await this.#create(serverPath, acl);
        return;
      } catch (thrown) {
        if (isErrorNumber(thrown, errorNumbers.nodeExists)) return;
        if (!isErrorNumber(thrown, errorNumbers.noNode) || attempts === maxAttempts) throw thrown;
      }
      await this.createFor(serverPath);
    }
  }
}
