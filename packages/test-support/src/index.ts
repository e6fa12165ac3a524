export { FakeClock } from './fake-clock.js';
export { Outcome } from './outcome.js';
export { turn } from './turn.js';
export { eventually, waitUntil } from './wait-until.js';
export { within } from './within.js';
