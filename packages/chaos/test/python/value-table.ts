import { readFileSync } from 'node:fs';
import type { DataInput } from '@ndsr/core';
import { valuesFile } from './python-peer.js';

/** A value that both write and read. */
export interface WrittenRow {
  readonly name: string;
  readonly data: DataInput | null;
  /** The bytes are not the same ones: other number forms, text that needs no escape here, whole numbers as keys. */
  readonly spelled?: 'differently';
}

/** Bytes that nobody's registry wrote, and that both read alike. */
interface FoundRow {
  readonly name: string;
  readonly text: string;
}

/** Bytes that the two cannot read alike, and what each sees. */
interface DifferentRow {
  readonly name: string;
  readonly python: string;
  readonly node: string;
  /** Whether `rawBytes` has the original. */
  readonly raw?: boolean;
}

/** What is no data. */
interface RefusedRow {
  readonly name: string;
  readonly data: unknown;
  /** The exception that Python raises, or what it writes beside `pid` and `created` instead. */
  readonly python: string;
}

interface ValueTable {
  readonly written: readonly WrittenRow[];
  readonly found: readonly FoundRow[];
  readonly different: readonly DifferentRow[];
  readonly refused: readonly RefusedRow[];
}

/** The one table, which the Python peer reads too. */
export const values: ValueTable = JSON.parse(readFileSync(valuesFile, 'utf8'));
