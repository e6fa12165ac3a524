import type { ConformanceCase } from '../support/conformance-case.js';
import type { BackendScene } from './backend-scene.js';

export type BackendCase = ConformanceCase<BackendScene>;
