import type { Definition } from '../invoke.js';
import type { RootCommand } from '../root-command.js';

export function defineHelp({ program }: Definition): void {
  program
    .command('help')
    .description('print this help, or that of a command')
    .argument('[command]', 'which')
    .action((name: string | undefined) => help(program, name));
}

function help(program: RootCommand, name: string | undefined): void {
  if (name === undefined) {
    program.outputHelp();
    return;
  }
  const command = program.commands.find((each) => each.name() === name);
  if (command === undefined) program.refuseCommand(name);
  else command.outputHelp();
}
