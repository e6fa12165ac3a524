import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { NodeSnapshot } from '../../src/node/node-snapshot.js';
import { CallbackSubscriber } from '../../src/watch/callback-subscriber.js';
import { type DecodedNode, decodeNode } from '../../src/watch/decoded-node.js';
import '../support/guard.js';
import { turn } from '@ndsr/test-support';
import { rawNode } from '../support/raw-nodes.js';

function node(n: number): DecodedNode {
  return decodeNode(undefined, rawNode({ n }), 'data', false);
}

/** How the callback behaves each time: it returns, throws, stays pending for a while, or rejects. */
type Behaviour = 'returns' | 'throws' | 'waits' | 'rejects';

const behaviours = fc.infiniteStream(fc.constantFrom<Behaviour[]>('returns', 'throws', 'waits', 'rejects'));
const steps = fc.array(fc.oneof(fc.nat(2), fc.constant('finish' as const)), { maxLength: 30 });

describe('CallbackSubscriber', () => {
  it('never runs twice for an equal value, never concurrently, and last with the latest value', async () => {
    await fc.assert(
      fc.asyncProperty(steps, behaviours, async (script, manner) => {
        const seen: NodeSnapshot[] = [];
        const errors: unknown[] = [];
        let running = 0;
        let finish: ((fail: boolean) => void) | undefined;
        const subscriber = new CallbackSubscriber(
          (one) => {
            expect(running).toBe(0);
            const before = seen.at(-1);
            if (before !== undefined) expect(one).not.toEqual(before);
            seen.push(one);
            const { value } = manner.next();
            if (value === 'throws') throw new Error('thrown');
            if (value === 'returns') return undefined;
            running += 1;
            return new Promise<void>((resolve, reject) => {
              finish = () => {
                running -= 1;
                finish = undefined;
                if (value === 'rejects') reject(new Error('rejected'));
                else resolve();
              };
            });
          },
          'data',
          (thrown) => errors.push(thrown),
        );
        let latest: DecodedNode | undefined;
        for (const step of script) {
          if (step === 'finish') {
            finish?.(false);
            await turn(1);
          } else {
            latest = node(step);
            subscriber.receive(latest);
          }
        }
        for (let i = 0; i < 5; i += 1) {
          finish?.(false);
          await turn(1);
        }
        expect(running).toBe(0);
        expect(seen.at(-1)?.data).toEqual(latest?.snapshot.data);
        expect(errors.every((error) => error instanceof Error)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('runs synchronously within receive when it is not running', () => {
    const callback = vi.fn();
    const subscriber = new CallbackSubscriber(callback, 'data', () => undefined);
    const one = node(1);
    subscriber.receive(one);
    expect(callback.mock.calls).toEqual([[one.snapshot, expect.anything()]]);
  });

  it('merges changes during a run; a change and its reversal merge into nothing', async () => {
    const seen: unknown[] = [];
    let finish = (): void => undefined;
    const subscriber = new CallbackSubscriber(
      (one) => {
        seen.push(one.data?.n);
        return new Promise<void>((resolve) => {
          finish = resolve;
        });
      },
      'data',
      () => undefined,
    );
    for (const n of [1, 2, 1]) subscriber.receive(node(n));
    finish();
    await turn();
    expect(seen).toEqual([1]);
    for (const n of [2, 3, 4]) subscriber.receive(node(n));
    finish();
    await turn();
    expect(seen).toEqual([1, 2, 4]);
  });

  it('accepts a snapshot from inside its own callback, one after the other', () => {
    const seen: unknown[] = [];
    const subscriber = new CallbackSubscriber(
      (one) => {
        seen.push(one.data?.n);
        if (seen.length < 4) subscriber.receive(node(seen.length + 1));
      },
      'data',
      () => undefined,
    );
    subscriber.receive(node(1));
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it('keeps being called after it threw or rejected', async () => {
    const errors: unknown[] = [];
    const callback = vi
      .fn<(one: NodeSnapshot) => unknown>()
      .mockImplementationOnce(() => {
        throw 'thrown';
      })
      .mockRejectedValueOnce('rejected');
    const subscriber = new CallbackSubscriber(callback, 'data', (error) => errors.push(error));
    for (const n of [1, 2, 3]) {
      subscriber.receive(node(n));
      await turn();
    }
    expect(callback).toHaveBeenCalledTimes(3);
    expect(errors).toEqual(['thrown', 'rejected']);
  });

  it('accepts any return value', async () => {
    const errors: unknown[] = [];
    const thenable = (then: unknown): unknown => Object.fromEntries([['then', then]]);
    const trap = Object.defineProperty({}, 'then', {
      get: () => {
        throw new Error('trap');
      },
    });
    const odd = [null, 0, () => undefined, thenable(1), thenable(() => undefined), trap];
    for (const result of odd) {
      const subscriber = new CallbackSubscriber(
        () => result,
        'data',
        (error) => errors.push(error),
      );
      subscriber.receive(node(1));
    }
    await turn();
    expect(errors).toEqual([new Error('trap')]);
  });

  it('does not start again once it is closed', async () => {
    const callback = vi.fn(async () => undefined);
    const subscriber = new CallbackSubscriber(callback, 'data', () => undefined);
    subscriber.receive(node(1));
    subscriber.receive(node(2));
    subscriber.close();
    subscriber.receive(node(3));
    await turn();
    expect(callback).toHaveBeenCalledOnce();
  });
});
