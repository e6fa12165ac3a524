import { InvalidArgumentError } from '../errors/argument-errors.js';
import { kindOf } from '../errors/kind-of.js';
import type { NodeData } from '../node/node-snapshot.js';

interface Place {
  readonly value: unknown;
  readonly label: string;
  /** The enclosing objects, to find a cycle. */
  readonly parent: Place | undefined;
  readonly depth: number;
}

/** The Python package reads about a thousand levels; anything close to that is a mistake. */
const maxDepth = 500;

/**
 * Checks that `data` is an object that JSON can represent without loss.
 * An undefined property counts as omitted, as in `JSON.stringify`. Everything else that JSON would silently drop or
 * change is refused.
 *
 * @throws {InvalidArgumentError} naming the place: `data.tags[2] is a function`
 */
export function checkData(data: unknown, path: string): asserts data is NodeData {
  if (!isPlainObject(data)) throw refusal(path, 'data', describe(data));
  if (!isFlat(data)) checkInside(data, path);
}

/** Most data is flat. The walk then needs no memory. */
function isFlat(data: Record<string, unknown>): boolean {
  for (const key of Object.keys(data)) {
    const value = data[key];
    if (value !== undefined && !isScalar(value)) return false;
  }
  return true;
}

function checkInside(data: Record<string, unknown>, path: string): void {
  const open: Place[] = [{ value: data, label: 'data', parent: undefined, depth: 0 }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value, label } = place;
    if (isScalar(value)) continue;
    if (!Array.isArray(value) && !isPlainObject(value)) throw refusal(path, label, describe(value));
    if (place.depth > maxDepth) throw refusal(path, 'data', `nested more than ${maxDepth} levels deep`);
    if (contains(place.parent, value)) throw refusal(path, label, 'a cycle back to an object around it');
    for (const inner of placesIn(value, place)) open.push(inner);
  }
}

function refusal(path: string, label: string, description: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `${label} is ${description}; expected ${label === 'data' ? expectedRoot : expectedInside}`,
    {
      path,
    },
  );
}

const expectedRoot = 'a plain object of JSON values, or a string';
const expectedInside = 'a JSON value (string, finite number, boolean, null, array, plain object)';

function isScalar(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || typeof value === 'string' || typeof value === 'boolean';
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const proto = Object.getPrototypeOf(value);
  // Compares the shape of the prototype, not its identity: data may come from another realm (vm, a test runner).
  return proto === null || Object.getPrototypeOf(proto) === null;
}

function contains(within: Place | undefined, value: object): boolean {
  for (let place = within; place !== undefined; place = place.parent) {
    if (place.value === value) return true;
  }
  return false;
}

function placesIn(value: object, parent: Place): Place[] {
  const depth = parent.depth + 1;
  if (Array.isArray(value)) {
    return Array.from(value, (item, index) => ({ value: item, label: `${parent.label}[${index}]`, parent, depth }));
  }
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => ({ value: item, label: `${parent.label}.${key}`, parent, depth }));
}

function describe(value: unknown): string {
  if (typeof value === 'boolean') return 'a boolean';
  const isInstance = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isInstance ? `an instance of ${value.constructor?.name ?? 'an unknown class'}` : kindOf(value);
}
