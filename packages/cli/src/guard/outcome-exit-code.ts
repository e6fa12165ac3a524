import { exitCodes } from '../exit-codes.js';
import { signalExitCode } from '../host.js';
import type { Outcome } from './guarded-command.js';

/** The command's exit code, or 128 plus the number of the signal that ended it. */
export function outcomeExitCode({ code, signal }: Outcome): number {
  if (signal !== null) return signalExitCode(signal);
  return code ?? exitCodes.failed;
}
