import type { Command } from 'commander';
import type { Host } from './host.js';
import { colorsFor, Talk } from './talk.js';

/** Says a usage error of `command` in one line, with where to read on. */
export function reportErrors(command: Command, host: Host): void {
  const words = command.parent === null ? command.name() : `${command.parent.name()} ${command.name()}`;
  command.configureOutput({
    outputError: (text) => {
      new Talk(host.stderr, colorsFor(host.stderr, host.env), 'normal').error(
        `${plain(text)}; see \`${words} --help\``,
      );
    },
  });
}

/** What commander says, without its prefix and its line of suggestions; and without the value of an option, which may be a secret. */
function plain(text: string): string {
  return text
    .trim()
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (.*?)\)$/s, '; did you mean $1')
    .replace(/^(unknown option '--?[^=']*=).*'/s, "$1…'")
    .replace(/\.$/, '');
}
