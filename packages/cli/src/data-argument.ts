import type { Readable } from 'node:stream';
import { type DataInput, InvalidArgumentError, type NodeData } from '@ndsr/core';
import { maxNodeBytes } from '@ndsr/core/backend';

export interface DataOptions {
  /** The data is text, even if it looks like JSON. */
  readonly text?: boolean | undefined;
}

/**
 * Parses a data argument: a JSON object, otherwise text. Other JSON is rejected, as by the registry, and so is text that begins like an
 * object but is not valid JSON, which is nearly always a mistake.
 *
 * @throws {InvalidArgumentError} with the kind of JSON, or the position of the syntax error
 */
export function parseData(input: string, { text = false }: DataOptions): DataInput {
  const trimmed = input.trim();
  if (text) return input;
  if (!trimmed.startsWith('{')) {
    refuseOtherJson(trimmed);
    return input;
  }
  try {
    return JSON.parse(trimmed) as NodeData;
  } catch (error) {
    // The rest of the parser's message quotes the data, which may contain a secret.
    const place = /position \d+/.exec(String(error))?.[0];
    const reason = place === undefined ? '' : ` (see ${place})`;
    throw new InvalidArgumentError(
      `The data begins like a JSON object but is not valid JSON${reason}; --text stores it as text`,
    );
  }
}

function refuseOtherJson(text: string): void {
  const kind = kindOfJson(text);
  if (kind === undefined) return;
  throw new InvalidArgumentError(`Expected a JSON object or text, got ${kind}; to store it as text, use --text`);
}

function kindOfJson(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value === null ? 'JSON null' : `a JSON ${Array.isArray(value) ? 'array' : typeof value}`;
  } catch {
    return undefined;
  }
}

/**
 * All of stdin as text, without the trailing line end that `echo` adds.
 *
 * @throws {InvalidArgumentError} when it is not UTF-8, or larger than a node
 */
export async function readData(stdin: Readable, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  const stop = (): void => void stdin.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of stdin) {
      chunks.push(Buffer.from(chunk));
      length += chunk.length;
      // Stop here: stdin may be endless.
      if (length > maxNodeBytes) throw new InvalidArgumentError(`stdin: more than ${maxNodeBytes} bytes`);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    signal.throwIfAborted();
  }
  return decode(Buffer.concat(chunks)).replace(/\r?\n$/, '');
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new InvalidArgumentError('stdin: not UTF-8; nodes hold JSON or text', { cause });
  }
}
