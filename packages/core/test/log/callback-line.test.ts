import { turn } from '@ndsr/test-support';
import { expect, it } from 'vitest';
import { startedRegistry } from '../support/fake-registry.js';
import { RecordingLogger } from '../support/recording-logger.js';

it('names the error of a callback that failed, and the place where it was thrown', async () => {
  const logger = new RecordingLogger();
  const registry = await startedRegistry({ logger });
  registry.addCallback('/a', () => {
    throw new RangeError('weight is negative');
  });
  registry.addCallback('/b', () => Promise.reject('no error at all'));
  await turn();
  const lines = logger.lines.filter((line) => line.includes('ERR_NDSR_CALLBACK'));
  expect(lines).toEqual([
    expect.stringMatching(/^warn ERR_NDSR_CALLBACK: A callback for \/a failed: RangeError at .*callback-line/),
    'warn ERR_NDSR_CALLBACK: A callback for /b failed: a string was thrown',
  ]);
  await registry.stop();
});
