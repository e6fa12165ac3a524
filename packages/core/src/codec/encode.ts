import { DataTooLargeError } from '../errors/node-errors.js';
import type { DataInput } from '../node/data-input.js';
import type { NodeData } from '../node/node-snapshot.js';
import { checkData } from './check-data.js';
import { decodeData } from './decode.js';
import { sameBytes, sameData } from './same-data.js';

/** The process that writes and the time: the two keys that every value carries. */
export interface Writer {
  readonly pid: number;
  readonly date: Date;
}

/** A value ready for the wire. Its bytes are fixed here, so a re-created registration has the same ones. */
export interface EncodedData {
  readonly bytes: Uint8Array;
  /** The keys among `pid` and `created` that were added because the caller gave none. */
  readonly added: readonly string[];
}

/**
 * Encodes `{"pid":…,"created":"…"}` followed by the caller's keys in their order, as compact JSON in UTF-8, like the
 * Python package. A string becomes `string_value`; undefined or null adds no key. A `pid` or `created` of the caller
 * wins.
 *
 * @throws {InvalidArgumentError} when JSON cannot represent `data`
 * @throws {DataTooLargeError} when path and bytes together exceed `maxNodeBytes`
 */
export function encodeData(
  path: string,
  data: DataInput | null | undefined,
  writer: Writer,
  maxNodeBytes: number,
): EncodedData {
  const given = toObject(path, data);
  const stamp: Stamp = { pid: writer.pid, created: createdTime(writer.date) };
  const ownKeys = stampKeys.filter((key) => Object.hasOwn(given, key));
  const bytes = Buffer.from(ownKeys.length === 0 ? stamped(stamp, given) : merged(stamp, given), 'utf8');
  const size = bytes.length + Buffer.byteLength(path);
  if (size > maxNodeBytes) throw new DataTooLargeError(path, size, maxNodeBytes);
  return { bytes, added: ownKeys.length === 0 ? stampKeys : stampKeys.filter((key) => given[key] === undefined) };
}

interface Stamp {
  readonly pid: number;
  readonly created: string;
}

const stampKeys: readonly (keyof Stamp)[] = ['pid', 'created'];
const noKeys: NodeData = {};

function toObject(path: string, data: DataInput | null | undefined): NodeData {
  if (data === undefined || data === null) return noKeys;
  if (typeof data === 'string') return { string_value: data };
  checkData(data, path);
  return data;
}

/** Like `merged`, for a caller that gave neither key: nearly always the case, and then nothing is copied. */
function stamped({ pid, created }: Stamp, given: NodeData): string {
  const rest = JSON.stringify(given);
  return `{"pid":${pid},"created":"${created}"${rest === '{}' ? '' : ','}${rest.slice(1)}`;
}

/** An undefined key counts as omitted: it must not hide the default of that name. */
function merged(stamp: Stamp, given: NodeData): string {
  const defined = Object.entries(given).filter(([, value]) => value !== undefined);
  return JSON.stringify({ ...stamp, ...Object.fromEntries(defined) });
}

/**
 * Formats `date` as `YYYY-MM-DD HH:MM:SS` in local time, without a zone, as the Python package writes `created`.
 * For people. A program that compares times across hosts uses `stat.ctime`.
 */
export function createdTime(date: Date): string {
  const second = Math.floor(date.getTime() / 1_000);
  const offset = date.getTimezoneOffset();
  if (last.second !== second || last.offset !== offset) last = { second, offset, text: localTime(date) };
  return last.text;
}

/** The last result: thousands may be requested within one second. */
let last = { second: Number.NaN, offset: 0, text: '' };

function localTime(date: Date): string {
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

/** Returns true if `bytes` decode to the same data as `encoded`: spacing and the order of keys do not matter. */
export function hasSameData(encoded: EncodedData, bytes: Uint8Array | null): boolean {
  return sameBytes(encoded.bytes, bytes) || sameData(decodeData(encoded.bytes), decodeData(bytes));
}

/** Like `hasSameData`, for the caller's own keys only: an added `pid` or `created` does not count. */
export function hasSameOwnData(encoded: EncodedData, bytes: Uint8Array | null): boolean {
  const there = decodeData(bytes);
  if (there === null) return false;
  return sameData(without(encoded.added, decodeData(encoded.bytes)), without(encoded.added, there));
}

function without(keys: readonly string[], data: NodeData | null): NodeData {
  return Object.fromEntries(Object.entries(data ?? {}).filter(([key]) => !keys.includes(key)));
}
