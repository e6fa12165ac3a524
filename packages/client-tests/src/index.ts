export { ClientUnderTest, type Connected, Recorder } from './client-under-test.js';
export { closingTests } from './closing-tests.js';
export { nameTests } from './name-tests.js';
export { operationTests } from './operation-tests.js';
export { serverFailureTests } from './server-failure-tests.js';
export { sessionTests } from './session-tests.js';
export { wireTests } from './wire-tests.js';
