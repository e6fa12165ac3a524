import type { Command } from 'commander';

/** The operands before `--`, and the command after it. */
export interface Operands {
  readonly own: readonly string[];
  readonly command: readonly string[];
}

/** Splits the operands: commander does not report which of them came after `--`. */
export function splitOperands(args: readonly string[], { args: operands }: Command): Operands {
  const end = args.indexOf('--');
  const after = end === -1 ? 0 : args.length - end - 1;
  const cut = operands.length - after;
  return { own: operands.slice(0, cut), command: operands.slice(cut) };
}

/** @throws {CommanderError} when there are more operands than `most`, or a required command is missing */
export function checkOperands(of: Command, { own, command }: Operands, most: number, needsCommand: boolean): void {
  const extra = own[most];
  if (extra !== undefined) of.error(`'${extra}' is one argument too many; the command to run comes after --`);
  if (needsCommand && command.length === 0) of.error('the command to run is missing: -- COMMAND');
}
