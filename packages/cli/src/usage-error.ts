import type { Command } from 'commander';
import type { Host } from './host.js';
import { colorsFor, Talk } from './talk.js';

/** Formats a usage error of `command` in one line, with the help command. */
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

/** Commander's message without its prefix, its line of suggestions, and the value of an option, which may be a secret. */
function plain(text: string): string {
  return text
    .trim()
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (.*?)\)$/s, '; did you mean $1')
    .replace(/^(unknown option '--?[^=']*=).*'/s, "$1…'")
    .replace(/\.$/, '');
}
