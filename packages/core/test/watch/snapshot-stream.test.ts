import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { NodeSnapshot } from '../../src/node/node-snapshot.js';
import { type DecodedNode, decodeNode } from '../../src/watch/decoded-node.js';
import { SnapshotStream } from '../../src/watch/snapshot-stream.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';
import { rawNode } from '../support/raw-nodes.js';

function node(n: number): DecodedNode {
  return decodeNode(undefined, rawNode({ n }), 'data', false);
}

function open() {
  const onEnd = vi.fn();
  return { onEnd, stream: new SnapshotStream('data', (_, { snapshot }) => snapshot, onEnd) };
}

async function n(result: Promise<IteratorResult<NodeSnapshot, undefined>>): Promise<unknown> {
  const { done, value } = await result;
  return done ? 'done' : value.data?.n;
}

describe('SnapshotStream', () => {
  it('yields the latest to a slow consumer, and the next to a waiting one', async () => {
    const { stream } = open();
    for (const value of [1, 2, 3]) stream.receive(node(value));
    expect(await n(stream.next())).toBe(3);
    const waiting = [n(stream.next()), n(stream.next())];
    stream.receive(node(4));
    stream.receive(node(5));
    expect(await Promise.all(waiting)).toEqual([4, 5]);
  });

  it('never yields an equal snapshot twice in a row', async () => {
    const { stream } = open();
    stream.receive(node(1));
    expect(await n(stream.next())).toBe(1);
    stream.receive(node(1));
    stream.receive(node(2));
    stream.receive(node(1));
    const next = new Outcome(n(stream.next()));
    stream.receive(node(1));
    await turn();
    expect(next.state).toBe('pending');
    stream.receive(node(2));
    await turn();
    expect(next.value).toBe(2);
  });

  it('in any interleaving, the values are a merged history that ends with the latest', async () => {
    const script = fc.array(fc.oneof(fc.nat(3), fc.constant('next' as const)), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(script, async (steps) => {
        const { stream, onEnd } = open();
        const received: number[] = [];
        const got: unknown[] = [];
        let requested = 0;
        for (const step of steps) {
          if (step === 'next') {
            requested += 1;
            void n(stream.next()).then((value) => got.push(value));
          } else {
            received.push(step);
            stream.receive(node(step));
          }
          await Promise.resolve();
        }
        await turn(1);
        const values = got.slice();
        expect(values.length).toBeLessThanOrEqual(requested);
        for (let i = 1; i < values.length; i += 1) expect(values[i]).not.toBe(values[i - 1]);
        let from = 0;
        for (const value of values) {
          from = received.indexOf(value as number, from) + 1;
          expect(from).toBeGreaterThan(0);
        }
        if (requested > values.length) expect(values.at(-1)).toBe(received.at(-1));
        stream.close();
        await turn(1);
        const ended = got.slice(values.length);
        expect(ended.every((value) => value === 'done')).toBe(true);
        expect(got).toHaveLength(requested);
        expect(onEnd).toHaveBeenCalledOnce();
      }),
      { numRuns: 100 },
    );
  });

  it('works with for await, and drops its buffer when the loop is left', async () => {
    const { stream, onEnd } = open();
    stream.receive(node(1));
    for await (const one of stream) {
      expect(one.data).toEqual({ n: 1 });
      stream.receive(node(2));
      break;
    }
    expect(onEnd).toHaveBeenCalledOnce();
    expect(await n(stream.next())).toBe('done');
    expect(await n(stream.return())).toBe('done');
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it('closed by the producer, it still yields the buffered snapshot, then ends', async () => {
    const { stream, onEnd } = open();
    stream.receive(node(1));
    stream.close();
    stream.receive(node(2));
    stream.close();
    expect([await n(stream.next()), await n(stream.next()), await n(stream.next())]).toEqual([1, 'done', 'done']);
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it('reports a failure once, then it is done', async () => {
    const { stream } = open();
    stream.receive(node(1));
    stream.fail('why');
    await expect(stream.next()).rejects.toBe('why');
    expect(await n(stream.next())).toBe('done');
    stream.fail('again');
    expect(await n(stream.next())).toBe('done');
  });

  it('reports a failure to every waiting consumer', async () => {
    const { stream } = open();
    const waiting = [new Outcome(stream.next()), new Outcome(stream.next())];
    stream.fail('why');
    await turn();
    expect(waiting.map(({ error }) => error)).toEqual(['why', 'why']);
  });

  it('that fails while no consumer waits causes no unhandled rejection', async () => {
    open().stream.fail(new Error('no consumer'));
    await turn();
  });
});
