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
  ])('suggests %j for %j', (word, expected) => {
    expect(nearest(word, known)).toBe(expected);
  });

  it('suggests nothing if there is nothing to suggest', () => {
    expect(nearest('a', [])).toBeUndefined();
  });
});
