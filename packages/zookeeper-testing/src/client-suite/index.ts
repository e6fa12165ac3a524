export type { ClientFaults, ClientFixture } from './client-fixture.js';
export { type ClientSuiteOptions, clientSuite } from './client-suite.js';
