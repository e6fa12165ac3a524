import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/options/nearest.js';

const known = ['timeoutMs', 'requestTimeoutMs', 'lazy', 'offline', 'readOnly', 'rateLimit'];

describe('nearest', () => {
  it.each([
    ['timeoutms', 'timeoutMs'],
    ['timeout', 'timeoutMs'],
    ['timeout_ms', 'timeoutMs'],
    ['request-timeout-ms', 'requestTimeoutMs'],
    ['readonly', 'readOnly'],
    ['lzay', 'lazy'],
    ['ofline', 'offline'],
    ['zookeeper', undefined],
    ['', undefined],
  ])('takes %j for %j', (word, expected) => {
    expect(nearest(word, known)).toBe(expected);
  });

  it('knows nothing where there is nothing to know', () => {
    expect(nearest('a', [])).toBeUndefined();
  });
});
