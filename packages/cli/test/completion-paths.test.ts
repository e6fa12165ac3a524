import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { promisify } from 'node:util';
import { systemClock } from '@ndsr/core/backend';
import { eventually } from '@ndsr/test-support';
import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../src/index.js';
import { FakeHost } from './support/fake-host.js';
import { MemoryScene } from './support/memory-scene.js';
import { ndsrFile } from './support/ndsr.js';

const exec = promisify(execFile);

/** On a busy machine 300 ms may not be enough. */
const patient = { ...systemClock, timer: (ms: number, after: () => void) => systemClock.timer(ms * 200, after) };

describe('paths for a command line', () => {
  let scene: MemoryScene;
  beforeEach(async () => {
    scene = await MemoryScene.open();
    for (const path of ['/prod/ssh/s1:22', '/prod/ssh/s2:22', '/prod/web', '/stage']) await scene.other.setData(path);
  });
  afterEach(() => scene.close());

  async function complete(line: string, env = scene.host.env): Promise<string[]> {
    const host = new FakeHost({ env });
    expect(await run(['__complete-path', '--', line], host, patient)).toBe(0);
    expect(host.stderr.text).toBe('');
    return host.stdout.text.split('\n').slice(0, -1);
  }

  it.each<[string, readonly string[]]>([
    ['ndsr get ', ['/prod', '/stage']],
    ['ndsr get /', ['/prod', '/stage']],
    ['ndsr get /p', ['/prod']],
    ['ndsr get /prod', ['/prod/ssh', '/prod/web']],
    ['ndsr get /prod/', ['/prod/ssh', '/prod/web']],
    ['ndsr get -r /prod/ssh/s', ['/prod/ssh/s1:22', '/prod/ssh/s2:22']],
    ['ndsr get "/prod/ssh/s1', ['/prod/ssh/s1:22']],
    ["ndsr get '/prod/w", ['/prod/web']],
    ['ls /x; ndsr get /s', ['/stage']],
    ['ndsr get /stage', []],
    ['ndsr get /nowhere/x', []],
    ['ndsr get //', []],
    ['ndsr get word', []],
    ['ndsr get "/prod', ['/prod/ssh', '/prod/web']],
    ['', ['/prod', '/stage']],
  ])('%s', async (line, paths) => expect(await complete(line)).toEqual(paths));

  it('come from the registry named on the command line', async () => {
    const url = scene.host.env.NDSR_URL;
    const env = { NDSR_URL: 'memory:another' };
    expect(await complete('ndsr get /', env)).toEqual([]);
    for (const line of [
      `ndsr --url ${url} get /st`,
      `ndsr get --url=${url} /st`,
      `ndsr get --url '${url}?lazy=true' /st`,
    ]) {
      expect(await complete(line, env)).toEqual(['/stage']);
    }
  });

  it('are omitted when a shell would not read them as one word', async () => {
    for (const name of ['$(id)', 'a b', "it's", '`id`', 'a;b', '*', 'a\u202eb'])
      await scene.other.setData(`/stage/${name}`);
    expect(await complete('ndsr get /stage/')).toEqual([]);
  });

  it.each(['nonsense', 'no-such-backend://x', 'memory:?lazzy=true'])(
    'are empty for %s, without a message',
    async (url) => {
      expect(await complete('ndsr get /', { NDSR_URL: url })).toEqual([]);
    },
  );

  it('take 300 ms at most', async () => {
    const silent = await listen();
    const asked: number[] = [];
    const clock = {
      ...systemClock,
      timer: (ms: number, after: () => void) => {
        asked.push(ms);
        return systemClock.timer(0, after);
      },
    };
    const host = new FakeHost({ env: { NDSR_URL: `zookeeper-js://127.0.0.1:${silent.port}` } });
    expect(await run(['__complete-path', '--', 'ndsr get /'], host, clock)).toBe(0);
    expect([asked[0], host.stdout.text, host.stderr.text]).toEqual([300, '', '']);
    silent.server.close();
  });
});

/** A server that accepts connections and never answers. */
async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.on('error', () => undefined).unref());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

describe('paths in bash', () => {
  let server: ZooKeeperServer;
  beforeAll(async () => {
    server = await ZooKeeperServer.start();
    await using registry = new ZooKeeperJsServiceRegistry({ servers: server.address });
    for (const path of ['/prod/ssh/s1:22', '/prod/ssh/s1:23', '/prod/web']) await registry.setData(path);
  });
  afterAll(() => server.stop());

  /** The completions of a bash with the script, for a line that is split into words by bash. */
  async function offers(line: string, url: string, words = line.split(' ')): Promise<string[]> {
    const host = new FakeHost();
    await run(['completion', 'bash'], host);
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const script = `ndsr() { '${process.execPath}' '${ndsrFile}' "$@"; }
${host.stdout.text}
COMP_WORDBREAKS=$' \\t\\n:='; COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}
_ndsr ndsr; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = await exec('bash', ['--norc', '-c', script], { env: { ...process.env, NDSR_URL: url } });
    expect(stderr).toBe('');
    return stdout.split('\n').filter((each) => each !== '');
  }

  /** Retries: a completion is only offered when the machine is fast enough. */
  function offered(expected: readonly string[], ...given: [line: string, words?: string[]]): Promise<true> {
    return eventually(`${given[0]} has ${expected}`, async () => {
      const found = await offers(given[0], `zookeeper-js://${server.address}`, given[1]);
      return found.join() === expected.join() || undefined;
    });
  }

  it('are those of a real server', async () => {
    await offered(['/prod', '/zookeeper'], 'ndsr get /');
    await offered(['/prod', '/zookeeper'], 'ndsr get ');
    await offered(['/prod/ssh', '/prod/web'], 'ndsr tree -d /prod');
    // bash treats the part after the colon as the word.
    await offered(['22', '23'], 'ndsr unset /prod/ssh/s1:2', ['ndsr', 'unset', '/prod/ssh/s1', ':', '2']);
  });

  it('are replaced by the words of the command when there are none', async () => {
    expect(await offers('ndsr get ', 'zookeeper-js://127.0.0.1:1')).toContain('--recursive');
    expect(await offers('ndsr get /', 'zookeeper-js://127.0.0.1:1')).toEqual([]);
    expect(await offers('ndsr get --r', `zookeeper-js://${server.address}`)).toEqual(['--recursive']);
    expect(await offers('ndsr set /prod ', `zookeeper-js://${server.address}`)).not.toContain('/prod');
    expect(await offers('ndsr state ', `zookeeper-js://${server.address}`)).not.toContain('/prod');
  });
});

describe('paths in zsh and fish', () => {
  it('are requested only where a command takes one', async () => {
    const [zsh, fish] = [new FakeHost(), new FakeHost()];
    await run(['completion', 'zsh'], zsh);
    await run(['completion', 'fish'], fish);
    expect(zsh.stdout.text).toContain('ndsr __complete-path -- "$LBUFFER" 2>/dev/null');
    const ask = `-a '(ndsr __complete-path -- (commandline -cp | string collect) 2>/dev/null)'`;
    for (const command of ['get', 'tree', 'watch', 'set', 'unset', 'register', 'lock', 'elect', 'wait']) {
      expect(zsh.stdout.text).toMatch(new RegExp(`^ +${command}\\) _arguments(?:(?!;;)[^])*'1:path:_ndsr_path'`, 'm'));
      expect(fish.stdout.text).toContain(`complete -c ndsr -n '__fish_seen_subcommand_from ${command}' ${ask}\n`);
    }
    expect(zsh.stdout.text.match(/'1:path:_ndsr_path'/g)).toHaveLength(9);
    expect(fish.stdout.text.split(ask)).toHaveLength(10);
    expect(zsh.stdout.text + fish.stdout.text).not.toMatch(/'__complete-path:|-a __complete-path/);
  });
});
