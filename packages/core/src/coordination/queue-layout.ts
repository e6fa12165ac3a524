import { maxNodeBytes } from '../backend/registry-backend.js';
import { lazyCrypto } from '../builtins/lazy-crypto.js';
import { SequenceExhaustedError } from '../errors/lock-errors.js';
import { DataTooLargeError } from '../errors/node-errors.js';
import { childOf } from '../node/path.js';
import { sequenceNumberOf } from './queue-position.js';

// kazoo's Semaphore, to the letter, so that Python and TypeScript exclude each other (docs/wire-format.md):
//
//   <path>                                        persistent, the number of slots in decimal
//   <path>/<32 hex digits>                        a lease: ephemeral; every child counts, from any client
//   <path>-__lock__/<32 hex digits>__lock__<10>   a contender, in the order of the numbers: ephemeral
//
// The queue alone is kazoo's Lock, and therefore its Election: the first contender leads.

/** The parent of the contenders for the lock at `path`. */
export function queuePathOf(path: string): string {
  return `${path}-__lock__`;
}

/** True if `path` is the queue of a lock. */
export function isQueuePath(path: string): boolean {
  return path.endsWith('-__lock__');
}

/** 32 hexadecimal digits that identify our nodes even if the answer to their creation was lost. */
export function newLockId(): string {
  return lazyCrypto().randomUUID().replaceAll('-', '');
}

/** The path of a contender in `queuePath`, up to its sequence number. */
export function contenderPath(queuePath: string, id: string): string {
  return childOf(queuePath, `${id}__lock__`);
}

/** After this number, servers repeat a number or continue at the most negative one, and the order of contenders is undefined. */
const lastNumber = 2 ** 31 - 1;
/** The numbers from here on are left to clients that do not check them, until an operator resets the counter. */
const firstRefusedNumber = 2 ** 31 - 1_000_000;

/** Throws if the number of a contender is so near the end that the order of the next ones is not certain. */
export function checkSequenceNumber(subject: string, queuePath: string, contender: string): void {
  const number = sequenceNumberOf(contender);
  if (number === undefined || (number >= 0 && number < firstRefusedNumber)) return;
  throw new SequenceExhaustedError(subject, queuePath, number, lastNumber);
}

/** Throws if no server would accept the contender's size; `subject` is the path of the lock or election. */
export function checkContender(subject: string, queuePath: string, name: string): void {
  const idLength = 32;
  const numberLength = 10;
  const bytes = Buffer.byteLength(contenderPath(queuePath, '') + name) + idLength + numberLength;
  if (bytes > maxNodeBytes) throw new DataTooLargeError(subject, bytes, maxNodeBytes);
}

export function leasePath(path: string, id: string): string {
  return childOf(path, id);
}

const leaseName = /^[0-9a-f]{32}$/;

/** True if `names` contains a lease of a lock. */
export function hasLease(names: Iterable<string>): boolean {
  for (const name of names) if (leaseName.test(name)) return true;
  return false;
}

/** The format that Python's `int()` accepts. */
const wholeNumber = /^\s*[+-]?\d+(?:_\d+)*\s*$/;

/** The number of slots stored at the path; undefined without a number: kazoo then uses its own limit, and so do we. */
export function parseLimit(data: Uint8Array | null): bigint | undefined {
  const text = new TextDecoder().decode(data ?? undefined);
  if (!wholeNumber.test(text)) return undefined;
  const digits = text.trim().replaceAll('_', '');
  return BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
}
