import type { RegistryBackend } from '../backend/registry-backend.js';
import { NotAuthorizedError } from '../errors/access-errors.js';
import { BadVersionError, NodeExistsError, NoNodeError, NotEmptyError } from '../errors/node-errors.js';
import type { Action } from './next-action.js';
import { type ObservedNode, observedAfterCreate } from './observed-node.js';

/** An action that changes the node. */
export type Mutation = Extract<Action, { do: 'create' | 'replace' | 'write' | 'remove' }>;

/** False for an action that sends nothing, or that only reads. */
export function isMutation(action: Action): action is Mutation {
  return action.do === 'create' || action.do === 'replace' || action.do === 'write' || action.do === 'remove';
}

export function applyAction(path: string, action: Mutation, backend: RegistryBackend): Promise<unknown> {
  switch (action.do) {
    case 'create':
      return backend.create(path, { kind: action.kind, data: action.data, replacing: null });
    case 'replace':
      return backend.create(path, { kind: action.kind, data: action.data, replacing: action.version });
    case 'write':
      return backend.write(path, action.data, action.version);
    case 'remove':
      return backend.remove(path, action.version);
  }
}

/**
 * The node once `action` has been applied.
 *
 * @param observed the node that the action was chosen for
 * @param session the id of the session in which it was applied
 */
export function observedAfter(action: Mutation, observed: ObservedNode, session: bigint): ObservedNode {
  switch (action.do) {
    case 'create':
    case 'replace':
      return observedAfterCreate(action.kind, action.data, session);
    case 'write':
      return observed.state === 'present' ? { ...observed, data: action.data, version: action.version + 1 } : observed;
    case 'remove':
      return { state: 'absent' };
  }
}

/** Another client changed the node in between; reading it again shows its present state. */
export function isConcurrentChange(error: unknown): boolean {
  return (
    error instanceof NodeExistsError ||
    error instanceof NoNodeError ||
    error instanceof BadVersionError ||
    error instanceof NotEmptyError
  );
}

/** True if the failed action may have been applied all the same. An action that the servers rejected was not. */
export function hasUnknownOutcome(action: Action, error: unknown): boolean {
  return isMutation(action) && !isConcurrentChange(error) && !(error instanceof NotAuthorizedError);
}
