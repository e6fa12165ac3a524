import type { CommandWords } from './command-words.js';

/** For bash 4 and later: words of the command before the cursor, and the choices of an option. After `--`, commands. */
export function bashCompletion(commands: readonly CommandWords[]): string {
  const cases = commands.map(({ name, options, operands }) => {
    const words = [...options.flatMap(({ flags }) => flags), ...operands];
    return `    '${name}') words='${words.join(' ')}' ;;`;
  });
  return `# bash completion for ndsr: source <(ndsr completion bash)
_ndsr() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command='' words='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      --) COMPREPLY=($(compgen -c -- "$cur")); return ;;
      ${names(commands).join('|')}) [[ -n $command ]] || command=\${COMP_WORDS[i]} ;;
    esac
  done
  case "$command $prev" in
${choiceCases(commands).join('\n')}
  esac
  case $command in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _ndsr ndsr
`;
}

function names(commands: readonly CommandWords[]): string[] {
  return commands.flatMap(({ name }) => (name === '' ? [] : [name]));
}

/** After an option that takes a value come its choices, and nothing where there are none. */
function choiceCases(commands: readonly CommandWords[]): string[] {
  return commands.flatMap(({ name, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ flags, choices }) => {
        const patterns = flags.map((flag) => `'${name} ${flag}'`).join('|');
        return `    ${patterns}) COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$cur")); return ;;`;
      }),
  );
}
