/** The command line before the cursor, split as a shell would. */
export interface CommandLine {
  /** The words of the last command, without the last one. */
  readonly before: readonly string[];
  /** The word that is being completed; empty after a space. */
  readonly word: string;
}

/** Removes quotes and backslashes, including unclosed ones. Expands nothing. */
export function splitCommandLine(line: string): CommandLine {
  let words = [''];
  let quote = '';
  for (let i = 0; i < line.length; i += 1) {
    const character = line[i] ?? '';
    if (character === '\\' && quote !== "'") {
      i += 1;
      words = extended(words, line[i] ?? '');
    } else if (quote !== '') {
      if (character === quote) quote = '';
      else words = extended(words, character);
    } else if (character === '"' || character === "'") quote = character;
    else if (/[;|&(]/.test(character)) words = [''];
    else if (!/\s/.test(character)) words = extended(words, character);
    else if (words.at(-1) !== '') words.push('');
  }
  return { before: words.slice(0, -1), word: words.at(-1) ?? '' };
}

function extended(words: readonly string[], text: string): string[] {
  return [...words.slice(0, -1), `${words.at(-1) ?? ''}${text}`];
}

/** The value of `--name VALUE` or `--name=VALUE`, the last one given. */
export function optionValue(words: readonly string[], name: string): string | undefined {
  const values = words.flatMap((word, index) => {
    if (word === name) return words.slice(index + 1, index + 2);
    return word.startsWith(`${name}=`) ? [word.slice(name.length + 1)] : [];
  });
  return values.at(-1);
}
