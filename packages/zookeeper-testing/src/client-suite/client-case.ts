import type { SuiteCase } from '@ndsr/conformance/scaffold';
import type { ClientScene } from './client-scene.js';

/** A capability of a binding or its fixture that a case may need. */
export type ClientNeed = 'faults' | 'halfOpen' | 'replace' | 'createAndRemove' | 'acls';

export type ClientCase = SuiteCase<ClientScene, ClientNeed>;
