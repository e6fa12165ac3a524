import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { run } from '../src/index.js';
import { commandNames } from './support/command-names.js';
import { FakeHost } from './support/fake-host.js';

const exec = promisify(execFile);

async function script(shell: string): Promise<string> {
  const host = new FakeHost();
  expect(await run(['completion', shell], host)).toBe(0);
  return host.stdout.text;
}

describe('completion in bash', () => {
  let bash = '';
  beforeAll(async () => {
    bash = await script('bash');
  });

  /** The completions of bash after these words. */
  async function offers(...words: string[]): Promise<string[]> {
    const quoted = ['ndsr', ...words].map((word) => `'${word}'`).join(' ');
    const ask = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _ndsr; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await exec('bash', ['--norc', '-c', `${bash}\n${ask}`]);
    return stdout.split('\n').filter((line) => line !== '');
  }

  it('offers commands, and global options', async () => {
    expect(await offers('wa')).toEqual(['watch', 'wait']);
    expect(await offers('--u')).toEqual(['--url']);
  });

  it("offers a command's options and their values", async () => {
    expect(await offers('get', '--r')).toEqual(['--recursive']);
    expect(await offers('get', '/a', '-o', '')).toEqual(['yaml', 'json', 'dir', 'table']);
    expect(await offers('watch', '/a', '--output', 't')).toEqual(['table']);
    expect(await offers('lock', '/a', '--wait', '')).toEqual([]);
    expect(await offers('completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
  });

  it('offers programs after --', async () => {
    expect(await offers('lock', '/a', '--', 'bas')).toContain('bash');
  });
});

describe('completion in zsh and fish', () => {
  it('knows every command and its options', async () => {
    const [zsh, fish] = [await script('zsh'), await script('fish')];
    for (const command of commandNames) {
      expect(zsh).toContain(`'${command}:`);
      expect(fish).toContain(`complete -c ndsr -n __fish_use_subcommand -a ${command} `);
    }
    expect(zsh).toContain("--simultaneous'[");
    expect(fish).toContain("complete -c ndsr -n '__fish_seen_subcommand_from lock' -l simultaneous -x -d ");
  });

  it('is quoted so that a shell can read it', async () => {
    const [zsh, fish] = [await script('zsh'), await script('fish')];
    // Neither shell needs to be installed: bash reads their quoting in the same way.
    const ofFish = fish.split('\n').filter((each) => each.startsWith('complete '));
    const ofZsh = zsh.split('\n').filter((each) => /^ {4}(?:'|--)/.test(each));
    const commands = ofZsh.map((line) => `: ${line.replace(/\\$/, '').replace(/;;$/, '')}`);
    // Each line is the body of a function that is never called; one process for all of them.
    const parse = 'for line; do eval "f() { $line"$\'\\n}\' || exit 1; done';
    expect([ofFish.length, commands.length].every((count) => count > 10)).toBe(true);
    execFileSync('bash', ['-c', parse, 'bash', ...ofFish, ...commands]);
    expect(() => execFileSync('bash', ['-c', parse, 'bash', ": it's"], { stdio: 'ignore' })).toThrow();
  });
});
