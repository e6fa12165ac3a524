import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import { eventually } from '@ndsr/test-support';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes, run } from '../../src/index.js';
import { commandNames } from '../support/command-names.js';
import { FakeHost, type FakeHostOptions } from '../support/fake-host.js';

let store: MemoryStore;
let other: MemoryServiceRegistry;
let url: string;
let stores = 0;

beforeEach(() => {
  stores += 1;
  url = `memory:cli-${stores}`;
  store = MemoryStore.named(`cli-${stores}`);
  other = new MemoryServiceRegistry({ store });
});
afterEach(() => other.stop());

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function ndsr(args: readonly string[], options: FakeHostOptions = {}): Promise<Ran> {
  const host = new FakeHost({ ...options, env: { NDSR_URL: url, ...options.env } });
  const code = await run(args, host);
  expect(host.isListening, 'it leaves nothing behind').toBe(false);
  return { code, out: host.stdout.text, err: host.stderr.text };
}

describe('a mistake is named, and nothing is sent', () => {
  it.each<[readonly string[], RegExp]>([
    [['get', 'x'], /"x": it must be absolute/],
    [['get', '/a//b'], /empty name/],
    [['get', '/a', '-o', 'xml'], /xml.*yaml, json, dir, table/s],
    [['get', '/a', '/b'], /too many arguments/],
    [['get', '/a', '--recursiv'], /unknown option '--recursiv'.*--recursive/s],
    [['frob'], /unknown command 'frob'/],
    [['set'], /missing required argument 'path'/],
    [['set', '/a', '{"a":1,}'], /begins like a JSON object/],
    [['lock', '/a'], /-- COMMAND/],
    [['lock', '/a', 'ls'], /'ls' is one argument too many/],
    [['lock', '/a', '--wait', '30', '--', 'ls'], /30.*such as 500ms/s],
    [['lock', '/a', '--simultaneous', '0', '--', 'ls'], /1 or more/],
    [['register', '/a', '{}', 'ls', '--', 'ls'], /'ls' is one argument too many/],
    [['register', '/a', '--check', ' '], /the command is empty/],
    [['register', '/a', '--rise', '0'], /1 or more/],
    [['wait', '/a'], /--min/],
    [['completion', 'tcsh'], /tcsh.*bash, zsh, fish/s],
    [['--timeout', '5', 'get'], /5.*such as/s],
    [['--url', 'zookeper-js://a', 'get'], /[Dd]id you mean 'zookeeper-js'/],
    [['--url', 'memory:?lazzy=true', 'get'], /did you mean 'lazy'/],
    [
      ['--url', 'http://zk1:2181', 'get'],
      /Backend 'http' is a module of Node.js.*memory, zookeeper, zookeeper-js, zookeeper-native/,
    ],
    [
      ['--url', 'fs:x', 'get'],
      /Backend 'fs' is a module of Node.js.*memory, zookeeper, zookeeper-js, zookeeper-native/,
    ],
  ])('ndsr %j', async (args, words) => {
    const { code, out, err } = await ndsr(args);
    expect({ code, out }).toEqual({ code: exitCodes.usage, out: '' });
    expect(err).toMatch(words);
    expect([store.requests, store.sessions]).toEqual([0, 0]);
  });

  it('a value that is too large', async () => {
    const { code } = await ndsr(['set', '/a', 'x'.repeat(1_000_001)]);
    expect([code, store.dump()]).toEqual([exitCodes.usage, []]);
  });
});

describe('get', () => {
  beforeEach(async () => {
    await other.setData('/p/ssh/s1', { pid: 1, created: 'then', rack: 'a1' });
    await other.setNode('/p/ssh/s2', { pid: 2, created: 'then' });
  });

  it('prints only yaml without a terminal', async () => {
    expect(await ndsr(['get', '/p', '-r'])).toEqual({
      code: 0,
      err: '',
      out: '/p:\n  children:\n  - /p/ssh:\n      children:\n      - /p/ssh/s1:\n          children: []\n      - /p/ssh/s2:\n          children: []\n',
    });
  });

  it('prints json and dir', async () => {
    expect(JSON.parse((await ndsr(['get', '/p/ssh/s1', '-d', '-o', 'json'])).out)).toEqual({
      '/p/ssh/s1': { data: { pid: 1, created: 'then', rack: 'a1' } },
    });
    expect((await ndsr(['get', '-r', '-o', 'dir'])).out).toBe('/\n/p\n/p/ssh\n/p/ssh/s1\n/p/ssh/s2\n');
  });

  it('prints a table with the children on a terminal, in colour unless NO_COLOR is set', async () => {
    const { out } = await ndsr(['get', '/p/ssh'], { terminal: true, env: { NO_COLOR: '1' } });
    expect(out.split('\n').map((line) => line.split(/ +/).slice(0, 2).join(' '))).toEqual([
      'PATH KIND',
      '/p/ssh persistent',
      '/p/ssh/s1 persistent',
      '/p/ssh/s2 ephemeral',
      '',
    ]);
    expect(out).not.toContain('\u001b');
    expect((await ndsr(['get', '/p/ssh'], { terminal: true })).out).toContain('\u001b[1mPATH');
  });

  it('names a node that does not exist', async () => {
    expect(await ndsr(['get', '/nowhere'])).toEqual({
      code: exitCodes.noNode,
      out: '',
      err: 'ndsr: /nowhere does not exist\n',
    });
  });

  it('prints a hint on a terminal when only the path is shown', async () => {
    const hint = 'ndsr: only the path is shown: -d adds its data, -r the nodes below it\n';
    const env = { NO_COLOR: '1' };
    const yaml = ['get', '/p/ssh/s1', '-o', 'yaml'];
    expect(await ndsr(yaml, { terminal: true, env })).toEqual({ code: 0, out: '/p/ssh/s1: {}\n', err: hint });
    expect((await ndsr(['get', '/p', '-o', 'json'], { terminal: true, env })).err).toBe(hint);
    expect(await ndsr(['get', '/p/ssh/s1'])).toEqual({ code: 0, out: '/p/ssh/s1: {}\n', err: '' });
    for (const more of [['-d'], ['-r'], ['-q'], ['-o', 'dir'], ['-o', 'table']]) {
      expect((await ndsr([...yaml, ...more], { terminal: true, env })).err).toBe('');
    }
  });

  it('leaves no session behind, and changes nothing', async () => {
    const before = store.dump();
    await ndsr(['get', '/', '-r', '-d']);
    expect([store.dump(), store.sessions]).toEqual([before, 1]);
  });
});

describe('tree', () => {
  it('draws the descendants, and marks ephemeral nodes', async () => {
    await other.setData('/p/a', { pid: 1, created: 'then' });
    await other.setNode('/p/b/c', '\u001b[2J');
    const { out } = await ndsr(['tree', '/p']);
    expect(out).toBe('/p\n├── a\n└── b\n    └── c*\n');
    const shown = await ndsr(['tree', '/p', '--data']);
    expect(shown.out).toContain('└── c* {"pid":');
    expect(shown.out).not.toContain('\u001b');
    expect((await ndsr(['tree', '/p', '--depth', '1'])).out).toBe('/p\n├── a\n└── b\n');
  });
});

describe('set and unset', () => {
  it('keep data, and remove them', async () => {
    expect(await ndsr(['set', '/c/app', '{"state":"on"}'])).toEqual({ code: 0, out: '', err: 'ndsr: /c/app is set\n' });
    expect((await other.get('/c/app')).data).toMatchObject({ state: 'on' });
    expect(await ndsr(['-q', 'unset', '/c/app'])).toEqual({ code: 0, out: '', err: '' });
    expect((await other.get('/c/app')).stat).toBeNull();
    expect(await ndsr(['unset', '/c/app'])).toEqual({
      code: 0,
      out: '',
      err: 'ndsr: there is nothing at /c/app\n',
    });
    await other.setData('/c/app');
    expect(await ndsr(['unset', '/c/app'])).toEqual({ code: 0, out: '', err: 'ndsr: /c/app is gone\n' });
  });

  it('reject JSON that is not an object, and store it as text with --text', async () => {
    for (const data of ['[1,2]', '42']) {
      const { code, err } = await ndsr(['set', '/c', data]);
      expect([code, err]).toEqual([exitCodes.usage, expect.stringContaining('to store it as text, use --text')]);
      expect(err).not.toContain(data);
      expect(await ndsr(['register', '/c', data])).toMatchObject({ code: exitCodes.usage });
    }
    expect([store.requests, (await other.get('/c')).stat]).toEqual([expect.any(Number), null]);
    await ndsr(['set', '/c', '42', '--text']);
    expect((await other.get('/c')).data).toMatchObject({ string_value: '42' });
  });

  it('read stdin', async () => {
    await ndsr(['set', '/c', '-'], { input: '{"a":1}\n' });
    expect((await other.get('/c')).data).toMatchObject({ a: 1 });
    await ndsr(['set', '/c', '-', '--text'], { input: '{"a":1}\n' });
    expect((await other.get('/c')).data).toMatchObject({ string_value: '{"a":1}' });
  });

  it('keep nodes with children and live registrations of other processes', async () => {
    await other.setNode('/p/a');
    expect(await ndsr(['unset', '/p'])).toMatchObject({ code: exitCodes.taken, err: expect.stringContaining('/p') });
    expect(await ndsr(['unset', '/p/a'])).toMatchObject({ code: exitCodes.taken });
    expect(await ndsr(['unset', '/p/a', '--force'])).toMatchObject({ code: 0 });
  });

  it('report that a read-only registry rejects writes', async () => {
    expect(await ndsr(['set', '/a', '--url', `${url}?readOnly=true`])).toMatchObject({ code: exitCodes.denied });
  });
});

describe('wait', () => {
  it('prints the names when there are enough', async () => {
    const waiting = ndsr(['wait', '/p', '--min', '2']);
    await other.setNode('/p/b');
    await other.setNode('/p/a');
    expect(await waiting).toEqual({ code: 0, out: 'a\nb\n', err: '' });
  });

  it('reports how many there were in time', async () => {
    await other.setNode('/p/b');
    const { code, out, err } = await ndsr(['wait', '/p', '--min', '2', '--wait', '50ms']);
    expect({ code, out, err }).toEqual({ code: exitCodes.notInTime, out: '', err: 'ndsr: /p has 1 of 2 in time\n' });
  });
});

describe('commands that run until a signal', () => {
  it('watch prints a line for each change, and ends with a signal', async () => {
    const host = new FakeHost({ env: { NDSR_URL: url } });
    const watching = run(['watch', '/p'], host);
    await host.stdout.until(/"exists":false/);
    await other.setNode('/p/a', { pid: 1, created: 'then', weight: 1 });
    await host.stdout.until(/"added":\["a"\]/);
    await other.setNode('/p/a', { pid: 1, created: 'then', weight: 2 });
    await host.stdout.until(/"changed":\["a"\]/);
    await other.unset('/p/a');
    await host.stdout.until(/"removed":\["a"\]/);
    host.signal('SIGINT');
    expect(await watching).toBe(0);
    const lines = host.stdout.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ path: '/p', exists: true, children: {}, added: [], removed: ['a'] });
    expect(Object.keys(lines[0])).toEqual(['at', 'path', 'exists', 'data', 'children', 'added', 'removed', 'changed']);
  });

  it('watch shows a live view on a terminal', async () => {
    const host = new FakeHost({ terminal: true, env: { NDSR_URL: url } });
    const watching = run(['watch', '/p'], host);
    await other.setNode('/p/a', 'x');
    await host.stdout.until(/\+ {2}a /);
    host.signal('SIGTERM');
    expect(await watching).toBe(0);
  });

  it('watch ends without a message when its reader closes the pipe', async () => {
    const host = new FakeHost({ env: { NDSR_URL: url } });
    const watching = run(['watch', '/p'], host);
    await host.stdout.until(/exists/);
    host.stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect([await watching, host.stderr.text]).toEqual([0, '']);
  });

  it('register keeps the node until a signal, and then removes it', async () => {
    const host = new FakeHost({ env: { NDSR_URL: url } });
    const registering = run(['register', '/p/a', '{"weight":1}'], host);
    await host.stderr.until(/is registered/);
    expect((await other.get('/p/a')).data).toMatchObject({ weight: 1 });
    host.signal('SIGTERM');
    expect(await registering).toBe(0);
    expect((await other.get('/p/a')).stat).toBeNull();
  });

  it('a second signal ends it at once', async () => {
    const host = new FakeHost({ env: { NDSR_URL: url } });
    const registering = run(['register', '/p/a'], host);
    await host.stderr.until(/is registered/);
    host.signal('SIGINT');
    host.signal('SIGINT');
    expect(host.exited).toBe(130);
    await registering;
  });

  it('every waiting command ends with a signal, and with its exit code', async () => {
    const host = new FakeHost({ env: { NDSR_URL: url } });
    const waiting = run(['wait', '/p', '--min', '1'], host);
    await eventually('it waits', () => (host.isListening && store.sessions > 0) || undefined);
    host.signal('SIGINT');
    expect(await waiting).toBe(130);
    expect(store.sessions).toBe(0);
  });
});

describe('state and doctor', () => {
  it('report that everything works', async () => {
    expect(await ndsr(['state'])).toEqual({ code: 0, out: 'connected\n', err: '' });
    const { code, out } = await ndsr(['doctor', '-o', 'json']);
    const findings = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect([code, findings.map(({ check, result }) => `${check}: ${result}`)]).toEqual([
      0,
      ['configuration: ok', 'session: ok', 'reading /: ok', 'writing below /: ok', 'clock: ok'],
    ]);
    expect([store.dump(), store.sessions]).toEqual([[], 0]);
  });

  it('report that no server is reachable, and after 2 s that they wait', async () => {
    await store.goDown();
    expect(await ndsr(['state', '--timeout', '100ms', '-o', 'json'])).toEqual({
      code: exitCodes.noConnection,
      out: `{"connected":false,"url":"${url}"}\n`,
      err: '',
    });
    const { code, err } = await ndsr(['get', '/', '--timeout', '2200ms']);
    expect(code).toBe(exitCodes.noConnection);
    expect(err).toContain(`ndsr: connecting to ${url} (2 s)\n`);
    expect(await ndsr(['doctor', '--timeout', '100ms'])).toMatchObject({
      code: exitCodes.noConnection,
      out: expect.stringContaining('FAIL  session'),
    });
    await store.comeBack();
  });

  it('name a missing permission', async () => {
    const { NotAuthorizedError } = await import('@ndsr/core');
    store.refuse({ operation: 'create', error: new NotAuthorizedError('/x') });
    const { code, out } = await ndsr(['doctor']);
    expect(code).toBe(exitCodes.denied);
    expect(out).toContain('FAIL  writing below /: not permitted\n      set NDSR_USERNAME');
    expect((await ndsr(['set', '/a'])).code).toBe(exitCodes.denied);
  });
});

describe('help', () => {
  it.each(commandNames)('%s has examples, on stdout', async (command) => {
    const { code, out, err } = await ndsr([command, '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(new RegExp(`Examples:\\n  \\$ .*ndsr ${command}`));
  });

  it('lists all commands', async () => {
    const { out } = await ndsr(['--help']);
    for (const command of commandNames) expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
  });
});
