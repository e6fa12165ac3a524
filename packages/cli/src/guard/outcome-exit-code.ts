import { exitCodes } from '../exit-codes.js';
import { signalExitCode } from '../host.js';
import type { Outcome } from './guarded-command.js';

/** The command's own exit code; 128 and the signal's number where one ended it. */
export function outcomeExitCode({ code, signal }: Outcome): number {
  if (signal !== null) return signalExitCode(signal);
  return code ?? exitCodes.failed;
}
