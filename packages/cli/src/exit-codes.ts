import type { ErrorCode } from '@ndsr/core';
import { CommanderError } from 'commander';
import { Exit, Interruption, OutputClosed, OutputFailed } from './endings.js';
import { signalExitCode } from './host.js';

/**
 * What `ndsr` ends with, when it is not the exit code of a command that it ran. From 64 on, so that they are not taken for
 * that; where `sysexits.h` says the same, it has the same number. They are stable.
 */
export const exitCodes = {
  ok: 0,
  /** Something else failed; the message says what. */
  failed: 1,
  /** A wrong command, option or value. Nothing was sent. */
  usage: 64,
  /** There is no such node. */
  noNode: 66,
  /** The registry cannot be reached, or did not answer in time. */
  noConnection: 69,
  /** Something of somebody else's stands in the way: a live registration, children, a lock for another number. */
  taken: 73,
  /** stdout cannot be written, as on a full disk. That nobody reads it any more is no failure. */
  noOutput: 74,
  /** What was waited for did not come in time. */
  notInTime: 75,
  /** Not permitted, by an ACL or by `readOnly`. */
  denied: 77,
  /** The lock was lost, and the command ended for that. */
  lockLost: 79,
  /** The command cannot be executed, as shells say it. */
  notExecutable: 126,
  /** There is no such command, as shells say it. */
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

/** The exit code for what a command threw. */
export function exitCodeOf(thrown: unknown): number {
  if (thrown instanceof Exit) return thrown.exitCode;
  if (thrown instanceof OutputClosed) return exitCodes.ok;
  if (thrown instanceof OutputFailed) return exitCodes.noOutput;
  if (thrown instanceof Interruption) return signalExitCode(thrown.signal);
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
  return byErrorCode[code as ErrorCode] ?? exitCodes.failed;
}
