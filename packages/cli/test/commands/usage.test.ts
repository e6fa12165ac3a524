import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { exitCodes, run } from '../../src/index.js';
import { makeProgram } from '../../src/program.js';
import { commandNames } from '../support/command-names.js';
import { FakeHost } from '../support/fake-host.js';

async function ndsr(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const host = new FakeHost({ env: { NDSR_URL: 'memory:' } });
  const code = await run(args, host);
  return { code, out: host.stdout.text, err: host.stderr.text };
}

function commands(): readonly Command[] {
  const program = makeProgram([], new FakeHost(), { invoke: () => Promise.resolve(), print: () => undefined });
  return [program, ...program.commands];
}

describe('a default in the help', () => {
  const defaults = commands().flatMap((command) =>
    [...command.options, ...command.registeredArguments].flatMap((each) => {
      const name = 'flags' in each ? each.flags : each.name();
      const isBoolean = 'isBoolean' in each && each.isBoolean();
      return each.defaultValue === undefined || isBoolean ? [] : [{ command: command.name(), name, each }];
    }),
  );

  it('is found', () =>
    expect(defaults.map(({ name }) => name)).toEqual(expect.arrayContaining(['--every <duration>'])));

  it.each(defaults)('$command: $name is a valid value', ({ command, name, each }) => {
    const help = commands()
      .find((one) => one.name() === command)
      ?.helpInformation();
    const flags = name.replace(/[^\w]/g, '\\$&');
    const shown = new RegExp(`^ +\\[?${flags}\\]?[^]*?[( ]default: "?(.*?)"?\\)$`, 'm').exec(help ?? '')?.[1];
    expect(shown).toBeDefined();
    const parse = each.parseArg ?? ((text: string) => text);
    expect(parse(shown ?? '', undefined as never)).toEqual(each.defaultValue);
  });
});

describe('the help of a command', () => {
  it.each([...commandNames, 'help'])('%s shows the global options', async (command) => {
    const { code, out, err } = await ndsr(command, '--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const option of ['--url <url>', '--timeout <duration>', '-v, --verbose', '-q, --quiet', '-h, --help']) {
      expect(out).toMatch(new RegExp(`^  ${option}`, 'm'));
    }
  });

  it('is also printed by ndsr help', async () => {
    expect(await ndsr('help', 'get')).toEqual(await ndsr('get', '--help'));
    expect(await ndsr('help')).toEqual(await ndsr('--help'));
  });
});

describe('a usage error is one line with the offending argument and the help command', () => {
  it.each<[readonly string[], string]>([
    [['gett'], "unknown command 'gett'; did you mean get?; see `ndsr --help`"],
    [['help', 'gett'], "unknown command 'gett'; did you mean get?; see `ndsr --help`"],
    [['gett', '--help'], "unknown command 'gett'; did you mean get?; see `ndsr --help`"],
    [['--quiet', 'gett', '-h'], "unknown command 'gett'; did you mean get?; see `ndsr --help`"],
    [['help', 'frob'], "unknown command 'frob'; see `ndsr --help`"],
    [['--ulr', 'x', 'get'], "unknown option '--ulr'; did you mean --url?; see `ndsr --help`"],
    [['get', '/a', '--recursiv'], "unknown option '--recursiv'; did you mean --recursive?; see `ndsr get --help`"],
    [['get', '--ulr=zookeeper-js://ops:s3cret@h'], "unknown option '--ulr=…'; see `ndsr get --help`"],
    [['set'], "missing required argument 'path'; see `ndsr set --help`"],
    [['wait', '/a'], "required option '--min <count>' not specified; see `ndsr wait --help`"],
    [
      ['lock', '/a', '--wait', '30', '--', 'ls'],
      "option '--wait <duration>' argument '30' is invalid. Expected a duration such as 500ms, 30s, 2m or 1h; see `ndsr lock --help`",
    ],
    [['lock', '/a'], 'the command to run is missing: -- COMMAND; see `ndsr lock --help`'],
    [
      ['elect', '/a', 'ls'],
      "'ls' is one argument too many; the command to run comes after --; see `ndsr elect --help`",
    ],
    [['register', '/a', '--check', ' '], '--check: the command is empty; see `ndsr register --help`'],
    [['set', '/a', '1', '2'], "too many arguments for 'set'. Expected 2 arguments but got 3; see `ndsr set --help`"],
  ])('ndsr %j', async (args, message) => {
    expect(await ndsr(...args)).toEqual({ code: exitCodes.usage, out: '', err: `ndsr: ${message}\n` });
  });
});
