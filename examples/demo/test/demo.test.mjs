import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseTarget, UnknownTargetError } from '../target.mjs';

const demo = fileURLToPath(new URL('../demo.mjs', import.meta.url));

describe('the demo', () => {
  it('shows each change as it happens, and ends by itself', async () => {
    const { stdout, stderr } = await run([]);
    const changes = stdout.split('\n').flatMap((line) => /watcher +([+~-] server\d)/.exec(line)?.[1] ?? []);
    expect(changes).toEqual([
      ...['+ server1', '+ server2', '+ server3'],
      '~ server2',
      '- server1',
      ...['- server3', '+ server3'],
      ...['- server2', '- server3'],
    ]);
    expect(stdout.match(/my_app +sees .*/g)).toEqual([
      expect.stringContaining('null'),
      expect.stringContaining('"state":"enabled"'),
      expect.stringContaining('"state":"disabled"'),
    ]);
    expect(stderr).toBe('');
  });

  it('uses no colours without a terminal', async () => {
    expect((await run([])).stdout).not.toContain('\u001b');
  });

  it('names the valid URLs, with exit code 2', async () => {
    const failure = await run(['etcd://127.0.0.1:2379']).catch((error) => error);
    expect(failure).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("cannot run on 'etcd://127.0.0.1:2379'"),
    });
    expect(failure.stderr).toContain('zookeeper-js://');
  });
});

describe('the URL of the demo', () => {
  it.each([
    [[], ['@ndsr/memory']],
    [['memory:'], ['@ndsr/memory']],
    [['zookeeper-js://127.0.0.1:2181'], ['@ndsr/zookeeper-js', '@ndsr/zookeeper-testing']],
    [['zookeeper-js://h1:2181,[::1]:2182/a/b'], ['@ndsr/zookeeper-js', '@ndsr/zookeeper-testing']],
    [['zookeeper-js:h1'], ['@ndsr/zookeeper-js', '@ndsr/zookeeper-testing']],
  ])('%j needs %j', (args, names) => {
    expect(parseTarget(args).packages).toEqual(names);
  });

  it.each([
    [['redis://h']],
    [['127.0.0.1:2181']],
    [['constructor:x']],
    [['']],
    [['zookeeper-js://']],
    [['memory:', 'x']],
  ])('%j is rejected', (args) => {
    expect(() => parseTarget(args)).toThrow(UnknownTargetError);
  });
});

/** @param {readonly string[]} args */
function run(args) {
  return promisify(execFile)(process.execPath, [demo, ...args], { timeout: 100_000 });
}
