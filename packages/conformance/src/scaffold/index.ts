export { pause, type WaitOptions, waitFor, withTimeout } from './deadline.js';
export { Journal } from './journal.js';
export { PortGuard } from './port-guard.js';
export { type CaseRegistration, type KnownFailures, registerCases } from './register-cases.js';
export { Scene, type SceneFixture, type SceneOptions } from './scene.js';
export { canRun, type SuiteCase, type SuiteOptions, type TestFunction } from './suite-case.js';
