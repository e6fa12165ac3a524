import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { waitFor, withTimeout } from '../src/scaffold/deadline.js';
import { runAndClose, Scene, type SceneOptions } from '../src/scaffold/scene.js';
import { SeededRandom, withSeed } from '../src/support/seeded-random.js';

describe('waitFor', () => {
  test('resolves once the predicate holds', async () => {
    let looks = 0;
    await waitFor('three looks', () => ++looks >= 3, { timeoutMs: 1_000 });
    assert.equal(looks, 3);
  });

  test('rejects with the name of the awaited state and the actual state', async () => {
    const waiting = waitFor('the impossible', () => false, { timeoutMs: 10, state: () => 'nothing' });
    await assert.rejects(waiting, /Waited 10 ms in vain: the impossible; instead: nothing/);
  });
});

describe('withTimeout', () => {
  test('passes on a value and a rejection', async () => {
    assert.equal(await withTimeout('a value', Promise.resolve(1), 1_000), 1);
    const error = new Error('its own');
    await assert.rejects(withTimeout('a rejection', Promise.reject(error), 1_000), error);
  });

  test('rejects with the name of the awaited result when it takes too long', async () => {
    await assert.rejects(withTimeout('an answer', new Promise(() => undefined), 5), /in vain: an answer/);
  });
});

describe('runAndClose', () => {
  test('closes everything in any case, and returns the first failure', async () => {
    const first = new Error('first');
    const done: string[] = [];
    const fail = async (): Promise<void> => {
      done.push('fail');
      throw first;
    };
    const close = async (): Promise<void> => {
      done.push('close');
      throw new Error('second');
    };
    assert.deepEqual(await runAndClose(fail, [close, close]), { error: first });
    assert.deepEqual(done, ['fail', 'close', 'close']);
    assert.equal(await runAndClose(async () => undefined, []), undefined);
  });
});

describe('Scene', () => {
  class TestScene extends Scene<{ close(): Promise<void> }, SceneOptions> {
    readonly closed: string[] = [];

    constructor() {
      super({ close: async () => void this.closed.push('fixture') }, { patienceMs: 1_000, settleMs: 1 });
    }

    protected override closers(): readonly (() => Promise<void>)[] {
      return [async () => void this.closed.push('client')];
    }
  }

  test('closes what was opened, then the fixture', async () => {
    const scene = new TestScene();
    await scene.run(async () => undefined);
    assert.deepEqual(scene.closed, ['client', 'fixture']);
  });

  test('rejects with the violations of a case that passes', async () => {
    const scene = new TestScene();
    await assert.rejects(
      scene.run(async ({ journal }) => journal.violation('came after close')),
      /1 broken rule\(s\):\ncame after close/,
    );
    assert.deepEqual(scene.closed, ['client', 'fixture']);
  });
});

describe('withSeed', () => {
  test('reproduces the numbers of a seed', () => {
    const numbers = (): number[] => {
      const random = new SeededRandom(7);
      return Array.from({ length: 20 }, () => random.below(1_000));
    };
    assert.deepEqual(numbers(), numbers());
    assert.ok(numbers().every((n) => n >= 0 && n < 1_000));
  });

  test('names the seed of a failure', async () => {
    const cause = new Error('broken');
    await assert.rejects(
      withSeed(42, async () => {
        throw cause;
      }),
      (error: Error) => error.message === 'With seed 42: broken' && error.cause === cause,
    );
  });
});
