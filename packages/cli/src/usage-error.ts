import { Command, type HelpContext } from 'commander';
import type { Host } from './host.js';
import { colorsFor, Talk } from './talk.js';

/** `ndsr` itself, which has no help for a command that there is not. */
export class Program extends Command {
  override createCommand(name?: string): Command {
    return new Command(name);
  }

  /** Without this, `ndsr gett --help` would be the help of `ndsr`, and no failure. */
  override helpInformation(context?: HelpContext): string {
    const [first] = this.args;
    if (first !== undefined && isWord(first) && !this.commands.some((each) => each.name() === first)) {
      this.refuseCommand(first);
    }
    return super.helpInformation(context);
  }

  /** Fails as `ndsr NAME` does. */
  refuseCommand(name: string): void {
    this.parse([name], { from: 'user' });
  }
}

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

function isWord(text: string): boolean {
  return !text.startsWith('-');
}
