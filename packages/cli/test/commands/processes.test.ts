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

/** Runs `script` in a shell with `ndsr` as a command. */
async function shell(script: string): Promise<{ out: string; err: string; code: number | null }> {
  const child = spawn('bash', ['-c', `ndsr() { '${process.execPath}' '${ndsrFile}' "$@"; }; ${script}`], {
    // As in a user's project: the environment that pnpm sets would hide a missing module.
    env: { ...process.env, NODE_PATH: '', ...env },
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { out, err, code };
}

// Each test starts several processes in sequence, on a machine that may be busy.
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

  it('loses its node within the session timeout and its command when it is killed', async () => {
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

  it('ends without a message when its reader closes the pipe', async () => {
    // Writes until the command has ended: it detects the closed pipe when it writes.
    const { out, err } = await shell(`
      ndsr watch /piped > >(head -1 > /dev/null) & watch=$!
      while kill -0 $watch 2> /dev/null; do ndsr -q set /piped --text $((i += 1)); done
      wait $watch; echo "code $?"`);
    expect({ out, err }).toEqual({ out: 'code 0\n', err: '' });
  });

  it('names a chroot that does not exist, and how to create it', async () => {
    const chroot = `${env.NDSR_URL}/no/such`;
    for (const command of ['get /', 'tree', 'get /a -r']) {
      expect(await shell(`ndsr ${command} --url '${chroot}?lazy=true'`)).toEqual({
        out: '',
        err: `ndsr: the chroot /no/such does not exist at ${env.NDSR_URL}; create it with \`ndsr set /no/such --url ${env.NDSR_URL}\`, or by the first write below it\n`,
        code: 66,
      });
    }
    expect((await shell(`ndsr -q set /no/such --url '${env.NDSR_URL}' && ndsr tree --url '${chroot}'`)).out).toBe(
      '/\n',
    );
    expect(await shell(`ndsr get /a --url '${chroot}'`)).toMatchObject({ err: 'ndsr: /a does not exist\n', code: 66 });
  });

  it('warns about such a chroot when it waits for a node below it', async () => {
    const chroot = `${env.NDSR_URL}/not/yet`;
    const warning = `ndsr: the chroot /not/yet does not exist at ${env.NDSR_URL}`;
    for (const command of ['watch / --once', 'wait / --min 1 --wait 0']) {
      const { err } = await shell(`ndsr ${command} --url '${chroot}'`);
      expect(err.split(';')[0]).toBe(warning);
      expect((await shell(`ndsr -q ${command} --url '${chroot}'`)).err).not.toContain(warning);
      expect((await shell(`ndsr ${command}`)).err).not.toContain('chroot');
    }
  });

  it.each([
    ['NDSR_USERNAME=ops', 'NDSR_USERNAME is set and NDSR_PASSWORD is not; set both, or neither'],
    ['NDSR_PASSWORD=s3cret', 'NDSR_PASSWORD is set and NDSR_USERNAME is not; set both, or neither'],
    ["NDSR_USERNAME='' NDSR_PASSWORD=s3cret", "NDSR_USERNAME is empty or has a ':'; expected a name without one"],
    ['NDSR_USERNAME=a:b NDSR_PASSWORD=s3cret', "NDSR_USERNAME is empty or has a ':'; expected a name without one"],
    ["NDSR_USERNAME=ops NDSR_PASSWORD=''", 'NDSR_PASSWORD is empty; expected a password'],
  ])('reports %s in terms of the variables', async (variables, message) => {
    expect(await shell(`export ${variables} NDSR_URL=memory:; ndsr state`)).toEqual({
      out: '',
      err: `ndsr: ${message}\n`,
      code: 64,
    });
  });

  it('ends with its reader, even when nothing changes', async () => {
    const { out, err } = await shell(`ndsr watch /unread | head -1; echo "code \${PIPESTATUS[0]}"`);
    expect({ out: out.split('\n').slice(1), err }).toEqual({ out: ['code 0', ''], err: '' });
    expect(JSON.parse(out.split('\n')[0] ?? '')).toMatchObject({ path: '/unread', exists: false });
  });

  it('writes a large tree completely into a pipe', async () => {
    await using registry = new ZooKeeperJsServiceRegistry({ servers: server.address });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await registry.setData(`/big/${name}`, 'x'.repeat(100_000));
    const { out } = await shell('ndsr get /big -r -d -o json | wc -c');
    expect(Number(out)).toBeGreaterThan(600_000);
  });
});
