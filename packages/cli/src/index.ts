export { exitCodes } from './exit-codes.js';
export type { EndSignal, Host, Output } from './host.js';
export { run } from './run.js';
