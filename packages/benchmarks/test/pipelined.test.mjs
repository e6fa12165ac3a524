import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipelined } from '../src/drivers/pipelined.mjs';

test('all are started in order, never more at once than the window allows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(60), fc.integer({ min: 1, max: 10 }), fc.boolean(), async (count, window, later) => {
      /** @type {number[]} */
      const started = [];
      let open = 0;
      let most = 0;
      await pipelined(count, window, (index, done) => {
        started.push(index);
        open += 1;
        most = Math.max(most, open);
        const finish = () => {
          open -= 1;
          done(undefined);
        };
        if (later) setImmediate(finish);
        else finish();
      });
      expect(started).toEqual(Array.from({ length: count }, (_, index) => index));
      expect(most).toBeLessThanOrEqual(window);
    }),
    { numRuns: 30 },
  );
});

test('the first failure is the outcome', async () => {
  const failing = pipelined(5, 2, (index, done) => done(index === 1 ? new Error('no') : undefined));
  await expect(failing).rejects.toThrow('no');
});
