import { randomUUID } from 'node:crypto';
import { maxNodeBytes } from '../backend/registry-backend.js';
import { SequenceExhaustedError } from '../errors/lock-errors.js';
import { DataTooLargeError } from '../errors/node-errors.js';
import { childOf } from '../node/path.js';
import { sequenceNumberOf } from './queue-position.js';

// kazoo's Semaphore, to the letter, so that Python and TypeScript exclude each other (docs/wire-format.md):
//
//   <path>                                        persistent, the number of slots in decimal
//   <path>/<32 hex digits>                        a lease: ephemeral; every child counts, whoever made it
//   <path>-__lock__/<32 hex digits>__lock__<10>   who waits, in the order of the numbers: ephemeral
//
// The line by itself is kazoo's Lock, and with that its Election: whoever is first in it leads.

/** Where those who wait for `path` stand in line. */
export function queuePathOf(path: string): string {
  return `${path}-__lock__`;
}

/** Whether `path` is where the contenders of a lock stand in line. */
export function isQueuePath(path: string): boolean {
  return path.endsWith('-__lock__');
}

/** 32 hexadecimal digits by which our nodes are known again when the answer to their making was lost. */
export function newLockId(): string {
  return randomUUID().replaceAll('-', '');
}

/** The path of a contender in `line`, up to its number. */
export function contenderPath(queuePath: string, id: string): string {
  return childOf(queuePath, `${id}__lock__`);
}

/** After the last one, servers repeat a number or count on from the most negative one, and nobody can say who came first. */
const lastNumber = 2 ** 31 - 1;
/** What is left then is for those who do not look at the numbers, until somebody resets them. */
const firstRefusedNumber = 2 ** 31 - 1_000_000;

/** Refuses a contender of `line` whose number is so near the end that the order of the next ones is not certain. */
export function checkSequenceNumber(subject: string, queuePath: string, contender: string): void {
  const number = sequenceNumberOf(contender);
  if (number === undefined || (number >= 0 && number < firstRefusedNumber)) return;
  throw new SequenceExhaustedError(subject, queuePath, number, lastNumber);
}

/** Refuses what no server would take; `subject` is what is contended for. */
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

/** Whether there is a lease of a lock among the children of a path. */
export function hasLease(names: Iterable<string>): boolean {
  for (const name of names) if (leaseName.test(name)) return true;
  return false;
}

/** What a Python `int()` takes. */
const wholeNumber = /^\s*[+-]?\d+(?:_\d+)*\s*$/;

/** The number of slots that stands at the path; undefined where none does: kazoo goes by its own then, and so do we. */
export function parseLimit(data: Uint8Array | null): bigint | undefined {
  const text = new TextDecoder().decode(data ?? undefined);
  if (!wholeNumber.test(text)) return undefined;
  const digits = text.trim().replaceAll('_', '');
  return BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
}
