import { readFileSync } from 'node:fs';
import type { DataInput } from '@ndsr/core';
import { valuesFile } from './python-peer.js';

/** A value that both languages write and read. */
export interface WrittenRow {
  readonly name: string;
  readonly data: DataInput | null;
  /** The spelling here, when it differs from Python's: number formats, unescaped text, integers as keys. */
  readonly spelled?: 'differently';
}

/** Bytes that no registry wrote, and that both read alike. */
interface FoundRow {
  readonly name: string;
  readonly text: string;
}

/** Bytes that the two read differently, and the result of each. */
interface DifferentRow {
  readonly name: string;
  readonly python: string;
  readonly node: string;
  /** True when `rawBytes` has the original. */
  readonly raw?: boolean;
}

/** Values that are rejected as data. */
interface RefusedRow {
  readonly name: string;
  readonly data: unknown;
  /** The exception that Python raises, or the data that it writes beside `pid` and `created`. */
  readonly python: string;
}

interface ValueTable {
  readonly written: readonly WrittenRow[];
  readonly found: readonly FoundRow[];
  readonly different: readonly DifferentRow[];
  readonly refused: readonly RefusedRow[];
}

/** The table, which the Python peer reads too. */
export const values: ValueTable = JSON.parse(readFileSync(valuesFile, 'utf8'));
