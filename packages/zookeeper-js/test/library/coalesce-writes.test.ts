import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { coalesceWrites } from '../../src/library/library-client.js';
import type { ConnectionManager } from '../../src/library/library-types.js';

/** The bytes of each system call. */
class Line extends Duplex {
  readonly calls: string[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.calls.push(String(chunk));
    done();
  }

  override _writev(chunks: readonly { chunk: Buffer }[], done: () => void): void {
    this.calls.push(chunks.map(({ chunk }) => String(chunk)).join(' '));
    done();
  }

  override _read(): void {
    // Nothing comes.
  }
}

/** Writes what is queued at once, as the library does. */
function managerOf(line: Line | undefined): { manager: ConnectionManager; queue: (text: string) => void } {
  const manager = { socket: line, queue: (text: string) => manager.socket?.write(text) };
  coalesceWrites(manager as unknown as ConnectionManager);
  return { manager: manager as unknown as ConnectionManager, queue: (text) => manager.queue(text) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what is asked for in one turn, and by promises that follow from it, goes out in one piece, in its order', async () => {
  const line = new Line();
  const { queue } = managerOf(line);
  queue('one');
  queue('two');
  void Promise.resolve()
    .then(() => queue('three'))
    .then(() => queue('four'));
  expect(line.calls).toEqual([]);
  await turn();
  expect(line.calls).toEqual(['one two three four']);
  queue('five');
  await turn();
  expect(line.calls).toEqual(['one two three four', 'five']);
});

test('writes on a lost socket do not delay those on the next', async () => {
  const [first, second] = [new Line(), new Line()];
  const { manager, queue } = managerOf(first);
  queue('one');
  first.destroy();
  manager.socket = second as never;
  queue('two');
  queue('three');
  await turn();
  expect(second.calls).toEqual(['two three']);
  queue('four');
  await turn();
  expect(second.calls).toEqual(['two three', 'four']);
  expect(second.writableCorked).toBe(0);
});

test('without a line nothing is held', async () => {
  const { queue } = managerOf(undefined);
  queue('one');
  await turn();
});
