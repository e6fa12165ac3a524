import type { RegistryBackend } from '../backend/registry-backend.js';
import { NotAuthorizedError } from '../errors/access-errors.js';
import { BadVersionError, NodeExistsError, NoNodeError, NotEmptyError } from '../errors/node-errors.js';
import type { Action } from './decide.js';
import { type OwnSessions, type Seen, seenAfterCreate, seenFrom } from './seen.js';

/** Where an action is carried out. */
export interface Scene {
  readonly path: string;
  readonly backend: RegistryBackend;
  readonly sessions: OwnSessions;
}

/** Carries out `action`, decided on what was `seen`. Resolves with what is there afterwards. */
export async function act(action: Action, seen: Seen, scene: Scene): Promise<Seen> {
  const { path, backend, sessions } = scene;
  const session = sessions.current ?? 0n;
  switch (action.do) {
    case 'create':
      await backend.create(path, { kind: action.kind, data: action.data, replacing: null });
      return seenAfterCreate(action.kind, action.data, session);
    case 'replace':
      await backend.create(path, { kind: action.kind, data: action.data, replacing: action.version });
      return seenAfterCreate(action.kind, action.data, session);
    case 'write':
      await backend.write(path, action.data, action.version);
      return seen.at === 'present' ? { ...seen, data: action.data, version: action.version + 1 } : seen;
    case 'remove':
      await backend.remove(path, action.version);
      return { at: 'absent' };
    default:
      return look(scene);
  }
}

export async function look({ path, backend, sessions }: Scene): Promise<Seen> {
  return seenFrom(await backend.read(path, { children: 'none' }), sessions);
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
  return action.do !== 'look' && !isSurprise(error) && !(error instanceof NotAuthorizedError);
}
