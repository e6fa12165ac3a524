import type { CommandWords, OptionWords } from './command-words.js';

/** For zsh, by `_arguments`. */
export function zshCompletion(commands: readonly CommandWords[]): string {
  const [program, ...rest] = commands;
  const described = rest.map(({ name, description }) => `    '${name}:${quoted(description).replaceAll(':', '\\:')}'`);
  return `#compdef ndsr
# zsh completion for ndsr: source <(ndsr completion zsh)
_ndsr_path() {
  local -a paths=(\${(f)"$(ndsr __complete-path -- "$LBUFFER" 2>/dev/null)"})
  compadd -S '' -a paths
}
_ndsr() {
  local -a commands=(
${described.join('\n')}
  )
  local context state line
  _arguments -C \\
${(program?.options ?? []).map(argument).join('')}    '1:command:->command' \\
    '*::argument:->argument'
  case $state in
    command) _describe command commands ;;
    argument)
      case $line[1] in
${rest.map(commandCase).join('\n')}
      esac ;;
  esac
}
compdef _ndsr ndsr
`;
}

function commandCase({ name, options, operands, takesPath }: CommandWords): string {
  const choices = takesPath ? "'1:path:_ndsr_path'" : `'1:choice:(${operands.join(' ')})'`;
  const command = ['lock', 'elect', 'register'].includes(name) ? " '*::command:_normal'" : '';
  return `        ${name}) _arguments \\\n${options.map(argument).join('')}    ${choices}${command} ;;`;
}

function argument({ flags, description, takesValue, choices }: OptionWords): string {
  const value = takesValue ? `:value:${choices.length === 0 ? '' : `(${choices.join(' ')})`}` : '';
  const about = `[${quoted(description).replaceAll(/[[\]:]/g, '\\$&')}]${value}`;
  const exclusive = flags.length > 1 ? `'(${flags.join(' ')})'{${flags.join(',')}}` : flags.join('');
  return `    ${exclusive}'${about}' \\\n`;
}

function quoted(text: string): string {
  return text.replaceAll("'", "'\\''");
}
