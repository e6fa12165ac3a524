import type { CommandWords } from './command-words.js';

/**
 * For bash 4 and later: completes commands, options, the choices of an option, and the paths of the registry; after `--`, commands. bash
 * splits words at colons, so the script takes the word from the line.
 */
export function bashCompletion(commands: readonly CommandWords[]): string {
  const cases = commands.map(({ name, options, operands, takesPath }) => {
    const words = [...options.flatMap(({ flags }) => flags), ...operands];
    return `    '${name}') words='${words.join(' ')}'${takesPath ? ' paths=1' : ''} ;;`;
  });
  return `# bash completion for ndsr: source <(ndsr completion bash)
_ndsr() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command='' words='' paths='' i
  local line=\${COMP_LINE:0:\${COMP_POINT:-0}}; local word=\${line##*[[:space:]]}
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
  if [[ -n $paths && ( -z $word || $word == /* ) && \${line%"$word"} != *[[:space:]]/* ]]; then
    mapfile -t COMPREPLY < <("\${1:-ndsr}" __complete-path -- "$line" 2>/dev/null)
    [[ $word == *:* && $COMP_WORDBREAKS == *:* ]] && COMPREPLY=("\${COMPREPLY[@]#"\${word%"\${word##*:}"}"}")
    if ((\${#COMPREPLY[@]})); then compopt -o nospace 2>/dev/null; return; fi
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _ndsr ndsr
`;
}

function names(commands: readonly CommandWords[]): string[] {
  return commands.flatMap(({ name }) => (name === '' ? [] : [name]));
}

/** Offers the choices of an option that takes a value; nothing when it has none. */
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
