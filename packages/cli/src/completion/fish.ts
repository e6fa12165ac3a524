import type { CommandWords, OptionWords } from './command-words.js';

/** For fish. */
export function fishCompletion(commands: readonly CommandWords[]): string {
  return `# fish completion for ndsr: ndsr completion fish > ~/.config/fish/completions/ndsr.fish
complete -c ndsr -f
${commands.flatMap(linesFor).join('\n')}
`;
}

/** Paths are requested at the time of the completion. */
const paths = '(ndsr __complete-path -- (commandline -cp | string collect) 2>/dev/null)';

function linesFor({ name, description, options, operands, takesPath }: CommandWords): string[] {
  if (name === '') return options.map((option) => optionLine('__fish_use_subcommand', option));
  const here = `__fish_seen_subcommand_from ${name}`;
  return [
    `complete -c ndsr -n __fish_use_subcommand -a ${name} -d '${quoted(description)}'`,
    ...(operands.length === 0 ? [] : [`complete -c ndsr -n '${here}' -a '${operands.join(' ')}'`]),
    ...(takesPath ? [`complete -c ndsr -n '${here}' -a '${paths}'`] : []),
    ...options.map((option) => optionLine(`'${here}'`, option)),
  ];
}

function optionLine(condition: string, { flags, description, takesValue, choices }: OptionWords): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const value = takesValue ? ` -x${choices.length === 0 ? '' : ` -a '${choices.join(' ')}'`}` : '';
  return `complete -c ndsr -n ${condition} ${names.join(' ')}${value} -d '${quoted(description)}'`;
}

function quoted(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
}
