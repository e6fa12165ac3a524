import type { Command, Option } from 'commander';

/** An option as a shell completes it. */
export interface OptionWords {
  readonly flags: readonly string[];
  readonly description: string;
  /** True when the option takes a value. */
  readonly takesValue: boolean;
  /** Allowed values; empty when any value is allowed. */
  readonly choices: readonly string[];
}

/** A command as a shell completes it; the first one has no name and represents `ndsr` itself. */
export interface CommandWords {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionWords[];
  /** Allowed values of its first argument; empty when any value is allowed. */
  readonly operands: readonly string[];
  /** True when its first argument is a path. */
  readonly takesPath: boolean;
}

/** All completions, derived from the commands themselves. */
export function commandWords(program: Command): readonly CommandWords[] {
  const shared = program.createHelp().visibleOptions(program).map(optionWords);
  const visible = program.createHelp().visibleCommands(program);
  const names = visible.map((command) => command.name());
  const commands = visible.map((command) => {
    const own = command.options.map(optionWords);
    return {
      name: command.name(),
      description: command.description(),
      options: [...own, ...shared],
      operands: command.name() === 'help' ? names : (command.registeredArguments[0]?.argChoices ?? []),
      takesPath: command.registeredArguments[0]?.name() === 'path',
    };
  });
  return [{ name: '', description: '', options: shared, operands: names, takesPath: false }, ...commands];
}

function optionWords({ short, long, description, required, argChoices }: Option): OptionWords {
  const flags = [short, long].filter((flag) => flag !== undefined);
  return { flags, description, takesValue: required, choices: argChoices ?? [] };
}
