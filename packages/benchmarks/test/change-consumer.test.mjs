import { describe, expect, test } from 'vitest';
import { ChangeConsumer, readRecord, recordsByHand } from '../src/drivers/change-consumer.mjs';

/**
 * @param {Record<string, unknown>} children
 * @param {readonly string[]} changed
 */
function viewOf(children, changed) {
  return {
    changed: changed.length,
    changedData: (/** @type {string} */ name) => (changed.includes(name) ? children[name] : undefined),
    data: (/** @type {string} */ name) => children[name],
    readAll: () => readRecord(children),
  };
}

describe('ChangeConsumer', () => {
  const last = { 'host-0': { mark: 'x' }, 'host-1': {} };

  test.each(/** @type {const} */ (['changes', 'one', 'all']))(
    'consumes %s until the marked change',
    async (consumption) => {
      const consumer = new ChangeConsumer();
      consumer.show(viewOf(last, ['host-1']));
      const consumed = consumer.consume({ consumption, mark: 'x' });
      consumer.show(viewOf({ 'host-0': { mark: 'w' }, 'host-1': {} }, ['host-0', 'host-1']));
      consumer.show(viewOf(last, ['host-0']));
      consumer.show(viewOf(last, ['host-0']));
      expect(await consumed).toMatchObject({ entries: 3, calls: 2, activeMs: expect.any(Number) });
    },
  );

  test('of changes only, a marked child that has not changed does not count', async () => {
    const consumer = new ChangeConsumer();
    const consumed = consumer.consume({ consumption: 'changes', mark: 'x' });
    consumer.show(viewOf(last, ['host-1']));
    consumer.show(viewOf(last, ['host-0']));
    expect(await consumed).toMatchObject({ entries: 2, calls: 2 });
  });
});

test('a record by hand has every child', () => {
  expect(() => recordsByHand(20, 2)).not.toThrow();
  expect(readRecord({ a: 1, b: undefined, c: null })).toBe(2);
});
