import type { ClientScene } from './client-scene.js';

/** What a binding and its fixture must be able to do for a case. */
export type ClientNeed = 'faults' | 'halfOpen' | 'replace' | 'acls';

/** One behaviour: its name is a sentence, `run` rejects when the behaviour is missing. */
export interface ClientCase {
  readonly name: string;
  readonly needs?: ClientNeed | readonly ClientNeed[];
  run(scene: ClientScene): Promise<void>;
}
