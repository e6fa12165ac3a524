import { spawn } from 'node:child_process';
import { eventually } from '@ndsr/test-support';
import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ndsr, ndsrFile } from '../support/ndsr.js';
import { isAlive } from '../support/witness.js';

let server: ZooKeeperServer;
let env: Record<string, string>;

beforeAll(async () => {
  server = await ZooKeeperServer.start();
  env = { NDSR_URL: `zookeeper-js://${server.address}` };
});
afterAll(() => server.stop());

/** What a shell makes of `script`, where `ndsr` is the command. */
async function shell(script: string): Promise<{ out: string; err: string; code: number | null }> {
  const child = spawn('bash', ['-c', `ndsr() { '${process.execPath}' '${ndsrFile}' "$@"; }; ${script}`], {
    env: { ...process.env, ...env },
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { out, err, code };
}

// Each starts several processes, one after the other, on a machine that may be busy.
describe('ndsr as a process', { timeout: 240_000 }, () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'has withdrawn what it registered when it leaves after %s',
    async (signal) => {
      const path = `/signals/${signal}`;
      const ndsr = new Ndsr(['register', path], env);
      await eventually('it is registered', () => /is registered/.test(ndsr.stderr) || undefined);
      const before = (await server.counters()).znodes;
      ndsr.kill(signal);
      expect(await ndsr.ended).toMatchObject({ code: 0, signal: null });
      expect((await server.counters()).znodes).toBe(before - 1);
    },
  );

  it('is gone with its node within the session timeout when it is killed, and so is its command', async () => {
    const command = ['sh', '-c', 'echo $$; exec sleep 600'];
    const ndsr = new Ndsr(['--timeout', '4s', 'register', '/killed/a', '--', ...command], env);
    await eventually('it is registered', () => /is registered/.test(ndsr.stderr) || undefined);
    const pid = await eventually('the command says who it is', () => Number(ndsr.stdout.trim()) || undefined);
    ndsr.kill('SIGKILL');
    await ndsr.ended;
    await eventually('the command is gone', () => !isAlive(pid) || undefined);
    await eventually(
      'the node is gone',
      async () => (await shell('ndsr tree /killed')).out === '/killed\n' || undefined,
    );
  });

  it('ends quietly when nobody reads on', async () => {
    // Written to until the command itself has ended: it hears of its reader's end when it writes.
    const { out, err } = await shell(`
      ndsr watch /piped > >(head -1 > /dev/null) & watch=$!
      while kill -0 $watch 2> /dev/null; do ndsr -q set /piped $((i += 1)); done
      wait $watch; echo "code $?"`);
    expect({ out, err }).toEqual({ out: 'code 0\n', err: '' });
  });

  it('writes a large tree whole into a pipe', async () => {
    await using registry = new ZooKeeperJsServiceRegistry({ servers: server.address });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await registry.setData(`/big/${name}`, 'x'.repeat(100_000));
    const { out } = await shell('ndsr get /big -r -d -o json | wc -c');
    expect(Number(out)).toBeGreaterThan(600_000);
  });
});
