import { Command, type HelpContext } from 'commander';

/** The root command `ndsr`, which prints no help for a command that does not exist. */
export class RootCommand extends Command {
  /** Otherwise `ndsr gett --help` would print the help of `ndsr` and succeed. */
  override helpInformation(context?: HelpContext): string {
    const [first] = this.args;
    const isName = first !== undefined && !first.startsWith('-');
    if (isName && !this.commands.some((each) => each.name() === first)) this.refuseCommand(first);
    return super.helpInformation(context);
  }

  /** Fails like `ndsr NAME`. */
  refuseCommand(name: string): void {
    this.parse([name], { from: 'user' });
  }
}
