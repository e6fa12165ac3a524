import type { RegistryBackend } from '../backend/registry-backend.js';
import { NotAuthorizedError } from '../errors/access-errors.js';
import { BadVersionError, NodeExistsError, NoNodeError, NotEmptyError } from '../errors/node-errors.js';
import type { Action } from './decide.js';
import { type Seen, seenAfterCreate } from './seen.js';

/** What changes something. */
export type Act = Extract<Action, { do: 'create' | 'replace' | 'write' | 'remove' }>;

/** Everything else is, or begins with, a look. */
export function isAct(action: Action): action is Act {
  return action.do === 'create' || action.do === 'replace' || action.do === 'write' || action.do === 'remove';
}

/** Carries out `action`. */
export function act(path: string, action: Act, backend: RegistryBackend): Promise<void> {
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

/** What is there once `action`, which was decided on what was `seen`, has been carried out in the session of that number. */
export function seenAfter(action: Act, seen: Seen, session: bigint): Seen {
  switch (action.do) {
    case 'create':
    case 'replace':
      return seenAfterCreate(action.kind, action.data, session);
    case 'write':
      return seen.at === 'present' ? { ...seen, data: action.data, version: action.version + 1 } : seen;
    case 'remove':
      return { at: 'absent' };
  }
}

/** Somebody was there in between; a look tells how things stand now. */
export function isSurprise(error: unknown): boolean {
  return (
    error instanceof NodeExistsError ||
    error instanceof NoNodeError ||
    error instanceof BadVersionError ||
    error instanceof NotEmptyError
  );
}

/** Whether the action may have been carried out all the same. Where the servers said no, it was not. */
export function hasUnknownOutcome(action: Action, error: unknown): boolean {
  return isAct(action) && !isSurprise(error) && !(error instanceof NotAuthorizedError);
}
