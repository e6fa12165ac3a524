import type { ErrorCode } from '@ndsr/core';
import { CommanderError } from 'commander';
import { Exit, Interruption, OutputClosed, OutputFailed } from './endings.js';
import { signalExitCode } from './host.js';

/**
 * Exit codes of `ndsr` itself, as opposed to those of a command that it ran. From 64 on, to distinguish them; the same numbers as
 * `sysexits.h` where it has the same meaning. They are stable.
 */
export const exitCodes = {
  ok: 0,
  /** Any other failure; see the message. */
  failed: 1,
  /** A wrong command, option or value. Nothing was sent. */
  usage: 64,
  /** The node does not exist. */
  noNode: 66,
  /** The registry is unreachable or did not answer in time. */
  noConnection: 69,
  /** A conflict with another owner: a live registration, children, a lock with another number of holders. */
  taken: 73,
  /** stdout cannot be written, for example on a full disk. A closed pipe is not a failure. */
  noOutput: 74,
  /** A wait timed out. */
  notInTime: 75,
  /** Not permitted, by an ACL or by `readOnly`. */
  denied: 77,
  /** The lock was lost, so the command was ended. */
  lockLost: 79,
  /** The command cannot be executed; same number as in shells. */
  notExecutable: 126,
  /** The command does not exist; same number as in shells. */
  notFound: 127,
} as const;

const byErrorCode: Partial<Record<ErrorCode, number>> = {
  ERR_NDSR_DATA_TOO_LARGE: exitCodes.usage,
  ERR_NDSR_INVALID_ARGUMENT: exitCodes.usage,
  ERR_NDSR_INVALID_PATH: exitCodes.usage,
  ERR_NDSR_NO_NODE: exitCodes.noNode,
  ERR_NDSR_NO_CONNECTION: exitCodes.noConnection,
  ERR_NDSR_TIMEOUT: exitCodes.noConnection,
  ERR_NDSR_LOCK_KIND: exitCodes.taken,
  ERR_NDSR_LOCK_LIMIT: exitCodes.taken,
  ERR_NDSR_NODE_EXISTS: exitCodes.taken,
  ERR_NDSR_NOT_EMPTY: exitCodes.taken,
  ERR_NDSR_NOT_OWNER: exitCodes.taken,
  ERR_NDSR_SEQUENCE_EXHAUSTED: exitCodes.taken,
  ERR_NDSR_LOCK_BUSY: exitCodes.notInTime,
  ERR_NDSR_NOT_AUTHORIZED: exitCodes.denied,
  ERR_NDSR_READ_ONLY: exitCodes.denied,
  ERR_NDSR_LOCK_LOST: exitCodes.lockLost,
  ERR_NDSR_LEADERSHIP_LOST: exitCodes.lockLost,
};

/** The exit code for an error that a command threw. */
export function exitCodeOf(thrown: unknown): number {
  if (thrown instanceof Exit) return thrown.exitCode;
  if (thrown instanceof OutputClosed) return exitCodes.ok;
  if (thrown instanceof OutputFailed) return exitCodes.noOutput;
  if (thrown instanceof Interruption) return signalExitCode(thrown.signal);
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
  return byErrorCode[code as ErrorCode] ?? exitCodes.failed;
}
