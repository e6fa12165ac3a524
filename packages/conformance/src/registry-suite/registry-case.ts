import type { ConformanceCase } from '../support/conformance-case.js';
import type { RegistryScene } from './registry-scene.js';

export type RegistryCase = ConformanceCase<RegistryScene>;
