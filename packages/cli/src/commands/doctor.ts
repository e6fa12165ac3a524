import { Option } from 'commander';
import type { Context } from '../context.js';
import type { Finding } from '../doctor/finding.js';
import { OutputClosed } from '../endings.js';
import { examples } from '../examples.js';
import { exitCodes } from '../exit-codes.js';
import type { Definition } from '../invoke.js';
import { toJsonLine } from '../output/python-output.js';
import { escapeControls, joinSafe, type SafeText, safeText, styled } from '../safe-text.js';

interface DoctorOptions {
  readonly output: 'text' | 'json';
  readonly write: boolean;
}

export function defineDoctor({ program, invoke }: Definition): void {
  program
    .command('doctor')
    .description('check configuration, servers, session, chroot, permissions and clock')
    .addOption(new Option('-o, --output <format>', 'how').choices(['text', 'json']).default('text'))
    .option('--no-write', 'do not test writing with a temporary node')
    .addHelpText('after', examples('ndsr doctor', 'ndsr doctor --url zookeeper-js://zk1:2181,zk2:2181/prod -o json'))
    .action((options: DoctorOptions) => invoke((context) => doctor(context, options)));
}

async function doctor(context: Context, { output, write }: DoctorOptions): Promise<number> {
  let exitCode: number = exitCodes.ok;
  // Only here, so that no other command waits for the modules that it needs.
  const { examine } = await import('../doctor/examine.js');
  const findings = examine(context, { write });
  for (;;) {
    const { value: finding, done } = await context.progress('looking', findings.next());
    if (done || finding === undefined) return exitCode;
    if (exitCode === exitCodes.ok) exitCode = finding.exitCode ?? exitCodes.ok;
    await context.print(output === 'json' ? toJsonLine(withoutCode(finding)) : text(context, finding));
    if (context.ending.reason instanceof OutputClosed) return exitCode;
  }
}

function withoutCode({ exitCode: _, ...finding }: Finding): Omit<Finding, 'exitCode'> {
  return finding;
}

function text({ colors }: Context, { check, result, detail, advice }: Finding): SafeText {
  const word = {
    ok: styled(colors.green, safeText`ok  `),
    warn: styled(colors.yellow, safeText`warn`),
    fail: styled(colors.red, safeText`FAIL`),
  }[result];
  const lines = advice === undefined ? [] : advice.split('\n');
  const hint = joinSafe(lines.map((line) => safeText`\n      ${escapeControls(line)}`));
  return safeText`${word}  ${escapeControls(check)}: ${escapeControls(detail)}${hint}\n`;
}
