import { InvalidArgumentError } from './errors/argument-errors.js';
import { kindOf } from './errors/kind-of.js';
import { registryEventNames } from './events/registry-events.js';
import { checkPath } from './node/path.js';
import {
  type GetOptions,
  getShape,
  setShape,
  setStateShape,
  unsetShape,
  viewShape,
  watchShape,
} from './options/call-options.js';
import { checkOptions } from './options/check-options.js';
import { electionShape } from './options/election-options.js';
import { lockShape } from './options/lock-options.js';
import { unknownName } from './options/nearest.js';

const shapes = {
  set: setShape,
  setNode: setStateShape,
  setData: setStateShape,
  unset: unsetShape,
  get: getShape,
  addCallback: viewShape,
  watch: watchShape,
  getLock: lockShape,
  acquireLock: lockShape,
  getElection: electionShape,
};

/**
 * Checks the arguments of the public call `name`.
 * @throws {InvalidPathError | InvalidArgumentError} naming the call, what was passed and what is expected
 */
export function checkCall(name: keyof typeof shapes, path: string, options: unknown): void {
  checkPath(path);
  checkOptions(name, options, shapes[name]);
}

/** @throws {InvalidPathError | InvalidArgumentError} as `checkCall`; also for an option that has no effect without `waitMs` */
export function checkGet(path: string, options: GetOptions): void {
  checkCall('get', path, options);
  for (const name of ['minChildren', 'onTimeout'] as const) {
    if (options[name] === undefined || options.waitMs !== undefined) continue;
    throw new InvalidArgumentError(`get: option '${name}' needs 'waitMs', how many milliseconds to wait`);
  }
}

/** @throws {InvalidArgumentError} `callback` is not a function */
export function checkCallback(label: string, callback: unknown): void {
  if (typeof callback === 'function') return;
  throw new InvalidArgumentError(`${label}: the callback is ${kindOf(callback)}; expected a function`);
}

/** @throws {InvalidArgumentError} there is no event of that name; the message suggests the nearest one */
export function checkEventName(name: unknown): void {
  if (typeof name === 'string' && registryEventNames.includes(name)) return;
  throw new InvalidArgumentError(`on: ${unknownName('event', String(name), registryEventNames)}`);
}

/**
 * The result for a path that is not watched: undefined.
 * @throws {InvalidPathError} it cannot be watched
 */
export function nothingAt(path: string): undefined {
  checkPath(path);
  return undefined;
}
