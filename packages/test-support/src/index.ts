export { collectionSteps } from './collection-steps.js';
export { EventRecorder } from './event-recorder.js';
export { FakeClock } from './fake-clock.js';
export { errorNumber, Outcome } from './outcome.js';
export { TestProcess } from './test-process.js';
export { turn } from './turn.js';
export { eventually, waitUntil } from './wait-until.js';
export { within } from './within.js';
