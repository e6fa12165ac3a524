import { describe, expect, it } from 'vitest';
import { parseAnswer } from '../../src/doctor/ask-server.js';
import { judgeClock } from '../../src/doctor/check-registry.js';
import { judge } from '../../src/doctor/check-server.js';

const answer = (version: string): string =>
  `Zookeeper version: ${version}-${'f'.repeat(40)}, built on 01/01/2020 00:00 GMT\nLatency min/avg/max: 0/0.0/0\nMode: follower\nNode count: 5\n`;

describe('the answer of a server', () => {
  it.each([
    ['3.4.14', 'warn'],
    ['3.5.10', 'warn'],
    ['3.6.0', 'ok'],
    ['3.10.1', 'ok'],
    ['4.0.0', 'ok'],
  ])('version %s: %s', (version, result) => {
    expect(parseAnswer(answer(version))).toEqual({ version, mode: 'follower' });
    expect(judge(parseAnswer(answer(version))).result).toBe(result);
  });

  it('is a failure when the server does not serve', () => {
    const said = parseAnswer('This ZooKeeper instance is not currently serving requests\n');
    expect(judge(said)).toMatchObject({ result: 'fail', exitCode: 69 });
  });

  it.each(['', 'HTTP/1.1 400 Bad Request\r\n', 'srvr is not executed because it is not in the whitelist.\n'])(
    '%j says nothing',
    (text) =>
      expect(judge(parseAnswer(text))).toMatchObject({ result: 'warn', detail: expect.stringMatching(/does not say/) }),
  );
});

describe('the clock', () => {
  it.each([
    [1_000, 'ok', /within 2 s/],
    [-900, 'ok', /within 2 s/],
    [11_500, 'warn', /11\.4 s ahead of ours/],
    [-5_000, 'warn', /5\.0 s behind ours/],
  ])('%d ms from ours: %s', (serverMs, result, words) => {
    expect(judgeClock(serverMs, 0, 100)).toMatchObject({ result, detail: expect.stringMatching(words) });
  });
});
