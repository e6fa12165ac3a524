import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodes, run } from '../../src/index.js';
import { FakeHost } from '../support/fake-host.js';
import { ndsrFile } from '../support/ndsr.js';
import { Scratch } from '../support/scratch.js';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await Scratch.make();
});
afterAll(() => scratch.remove());

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `script` in bash, with `ndsr` as a command on a memory registry. */
async function shell(script: string): Promise<Ran> {
  const child = spawn('bash', ['-c', `ndsr() { '${process.execPath}' '${ndsrFile}' "$@"; }; ${script}`], {
    cwd: scratch.folder,
    env: { ...process.env, NDSR_URL: 'memory:' },
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, err };
}

const all: readonly string[] = [
  'get /',
  'get / -r -o json',
  'get / -r -o table',
  'tree /',
  'watch /',
  'watch / --once',
  'wait / --min 1 --wait 0',
  'state',
  'doctor',
  'completion bash',
  '--help',
  '--version',
  'help',
  'get --help',
  'help get',
];

describe.skipIf(!existsSync('/dev/full'))('stdout that takes nothing', () => {
  it.each(all.filter((each) => !each.startsWith('wait')))(
    'ndsr %s > /dev/full names the reason, and fails',
    async (args) => {
      const { code, err } = await shell(`ndsr ${args} > /dev/full`);
      expect({ code, err }).toEqual({
        code: exitCodes.noOutput,
        err: 'ndsr: stdout cannot be written: ENOSPC: no space left on device\n',
      });
    },
  );

  it('ndsr wait, too', async () => {
    const { code } = await shell(`ndsr wait / --min 1 --wait 0 > /dev/full`);
    expect(code).toBe(exitCodes.notInTime);
  });
});

describe('a file that takes only a part', () => {
  it('is a failure, since the output is incomplete', async () => {
    // bash counts in blocks of 1024 bytes.
    const { code, err } = await shell(`trap '' XFSZ; ulimit -f 1; ndsr --help > part`);
    expect({ code, err }).toEqual({
      code: exitCodes.noOutput,
      err: 'ndsr: stdout cannot be written: EFBIG: file too large\n',
    });
    expect((await readFile(scratch.file('part'))).length).toBe(1024);
  });

  it('that takes everything is not a failure', async () => {
    expect(await shell('ndsr --help > whole')).toMatchObject({ code: 0, err: '' });
    const { out } = await shell('ndsr --help');
    expect(await readFile(scratch.file('whole'), 'utf8')).toBe(out);
  });
});

describe('a pipe whose reader has gone', () => {
  it.each(['get / -r -o json', 'tree /', 'completion bash', '--help'])(
    'ndsr %s | true is not a failure',
    async (args) => {
      const { out, err } = await shell(`ndsr ${args} | true; echo "\${PIPESTATUS[0]}"`);
      expect({ out, err }).toEqual({ out: '0\n', err: '' });
    },
  );

  it.skipIf(process.platform !== 'linux')('ends ndsr watch, though nothing changes any more', async () => {
    const { out, err } = await shell(`ndsr watch / | head -1; echo "\${PIPESTATUS[0]}"`);
    expect({ out: out.split('\n').slice(1), err }).toEqual({ out: ['0', ''], err: '' });
    expect(JSON.parse(out.split('\n')[0] ?? '')).toMatchObject({ path: '/' });
  });

  it.skipIf(process.platform !== 'linux')('ends ndsr watch when it goes later', async () => {
    const { out } = await shell(`ndsr watch / | { read -r line; sleep 0.3; }; echo "\${PIPESTATUS[0]}"`);
    expect(out).toBe('0\n');
  });
});

describe('in a program', () => {
  it('a stream error is a failure, a closed stream is not', async () => {
    for (const [code, expected] of [
      ['ENOSPC', exitCodes.noOutput],
      ['EPIPE', exitCodes.ok],
    ] as const) {
      const host = new FakeHost({ env: { NDSR_URL: 'memory:' } });
      host.stdout._write = (_chunk, _encoding, done) => done(Object.assign(new Error(`${code}: why, write`), { code }));
      expect(await run(['get', '/'], host)).toBe(expected);
      expect(host.stderr.text).toBe(code === 'EPIPE' ? '' : 'ndsr: stdout cannot be written: ENOSPC: why\n');
    }
  });
});
