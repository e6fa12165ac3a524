import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { defineCompletePath, defineCompletion } from './commands/completion.js';
import { defineDoctor } from './commands/doctor.js';
import { defineElect } from './commands/elect.js';
import { defineGet } from './commands/get.js';
import { defineHelp } from './commands/help.js';
import { defineLock } from './commands/lock.js';
import { defineRegister } from './commands/register.js';
import { defineSet } from './commands/set.js';
import { defineState } from './commands/state.js';
import { defineTree } from './commands/tree.js';
import { defineUnset } from './commands/unset.js';
import { defineWait } from './commands/wait.js';
import { defineWatch } from './commands/watch.js';
import { defaultUrl, type GlobalOptions } from './context.js';
import { parsePositiveDuration } from './duration.js';
import { examples } from './examples.js';
import type { Host } from './host.js';
import type { Definition, Work } from './invoke.js';
import { packageFile } from './package-file.js';
import { RootCommand } from './root-command.js';
import { escapeLines, type SafeText } from './safe-text.js';
import { reportErrors } from './usage-error.js';

const define = [
  defineGet,
  defineTree,
  defineWatch,
  defineSet,
  defineUnset,
  defineRegister,
  defineLock,
  defineElect,
  defineWait,
  defineState,
  defineDoctor,
  defineCompletion,
  defineHelp,
  defineCompletePath,
];

export interface ProgramActions {
  /** Runs a command with the global options. */
  invoke(options: GlobalOptions, work: Work): Promise<void>;
  /** Help, to stdout. */
  print(text: SafeText): void;
}

/** All commands, with their options and help. */
export function makeProgram(args: readonly string[], host: Host, { invoke, print }: ProgramActions): Command {
  const program = new RootCommand('ndsr')
    .description('Look into a service registry, and register, lock, wait and watch from a shell.')
    .version(version(), '-V, --version')
    .option('--url <url>', `the registry (default: NDSR_URL, then ${defaultUrl})`)
    .option(
      '--timeout <duration>',
      'session timeout, and how long to wait for a connection (5s)',
      parsePositiveDuration,
    )
    .option('-v, --verbose', 'report the connection on stderr')
    .option('-q, --quiet', 'only errors on stderr')
    .exitOverride()
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => print(escapeLines(text)),
      writeErr: (text) => void host.stderr.write(text),
      getOutHelpWidth: () => host.stdout.columns ?? 100,
      getErrHelpWidth: () => host.stderr.columns ?? 100,
    })
    .addHelpText('after', programHelp);
  const definition: Definition = { program, args, invoke: (work) => invoke(program.opts(), work) };
  for (const each of define) each(definition);
  for (const command of [program, ...program.commands]) reportErrors(command, host);
  return program;
}

const programHelp = `${examples(
  'ndsr get /production/ssh -r -d',
  'ndsr register /production/ssh/server1:22 -- /usr/sbin/sshd -D',
  'ndsr lock /locks/nightly --wait 30s -- ./nightly-report',
  'NDSR_URL=zookeeper-js://zk1:2181,zk2:2181/my-chroot ndsr tree /',
)}

Credentials: NDSR_USERNAME and NDSR_PASSWORD. Data go to stdout, talk to stderr.
Exit codes: 0 done, 1 failed, 64 wrong usage, 66 no such node, 69 no connection, 73 somebody else's is in the way,
74 stdout cannot be written, 75 not in time, 77 not permitted, 79 lock lost, 126 and 127 as shells say, 128+N ended by signal N;
else that of the command which was run.`;

function version(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8'));
  return manifest.version;
}
