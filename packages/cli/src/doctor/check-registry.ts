import { randomBytes } from 'node:crypto';
import { NotAuthorizedError, type ServiceRegistry } from '@ndsr/core';
import { childOf } from '@ndsr/core/backend';
import type { Context } from '../context.js';
import { exitCodeOf, exitCodes } from '../exit-codes.js';
import type { Finding } from './finding.js';

/** With a larger skew the `created` times of different hosts are not comparable. */
const mostSkewMs = 2_000;

export const noChroot = 'the chroot does not exist';

/** Reads the root, or the chroot when there is one. */
export async function checkReading(context: Context, registry: ServiceRegistry): Promise<Finding> {
  const check = 'reading /';
  const startedAt = context.clock.now();
  try {
    const { stat, children } = await context.unlessEnding(registry.get('/', { children: 'names' }));
    const tookMs = (context.clock.now() - startedAt).toFixed(1);
    const detail = `${Object.keys(children).length} children, in ${tookMs} ms`;
    return stat === null ? { check, result: 'warn', detail: noChroot } : { check, result: 'ok', detail };
  } catch (error) {
    return { check, ...refused(error) };
  }
}

/** Creates an ephemeral node, removes it, and compares the servers' clock with the local one. */
export async function checkWriting(context: Context, registry: ServiceRegistry): Promise<readonly Finding[]> {
  const path = childOf('/', `ndsr-doctor-${randomBytes(8).toString('hex')}`);
  const check = 'writing below /';
  try {
    const sentAt = context.clock.date().getTime();
    await context.unlessEnding(registry.setNode(path));
    const answeredAt = context.clock.date().getTime();
    const { stat } = await context.unlessEnding(registry.get(path, { children: 'names' }));
    await context.unlessEnding(registry.unset(path));
    const written: Finding = { check, result: 'ok', detail: 'a registration was created and removed' };
    return stat === null ? [written] : [written, judgeClock(stat.ctime, sentAt, answeredAt)];
  } catch (error) {
    return [{ check, ...refused(error) }];
  }
}

/** The servers' clock showed `serverMs` at some time between the two local times. */
export function judgeClock(serverMs: number, fromMs: number, toMs: number): Finding {
  const check = 'clock';
  const skewMs = serverMs < fromMs ? serverMs - fromMs : serverMs > toMs ? serverMs - toMs : 0;
  if (Math.abs(skewMs) < mostSkewMs)
    return { check, result: 'ok', detail: `within ${mostSkewMs / 1_000} s of the servers'` };
  const detail = `the servers' is ${(Math.abs(skewMs) / 1_000).toFixed(1)} s ${skewMs > 0 ? 'ahead of' : 'behind'} ours`;
  return {
    check,
    result: 'warn',
    detail,
    advice: 'set both by NTP; no lock depends on it, but people who read times do',
  };
}

function refused(error: unknown): Omit<Finding, 'check'> {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof NotAuthorizedError)) return { result: 'fail', detail: message, exitCode: exitCodeOf(error) };
  const advice = 'set NDSR_USERNAME and NDSR_PASSWORD, or change the ACL';
  return { result: 'fail', detail: 'not permitted', advice, exitCode: exitCodes.denied };
}
