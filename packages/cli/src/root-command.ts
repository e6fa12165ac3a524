import { Command, type HelpContext } from 'commander';

/** `ndsr` itself, which has no help for a command that does not exist. */
export class RootCommand extends Command {
  /** Without this, `ndsr gett --help` would print the help of `ndsr`, and be no failure. */
  override helpInformation(context?: HelpContext): string {
    const [first] = this.args;
    const isName = first !== undefined && !first.startsWith('-');
    if (isName && !this.commands.some((each) => each.name() === first)) this.refuseCommand(first);
    return super.helpInformation(context);
  }

  /** Fails as `ndsr NAME` does. */
  refuseCommand(name: string): void {
    this.parse([name], { from: 'user' });
  }
}
