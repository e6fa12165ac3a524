import { NoConnectionError, type ServiceRegistry } from '@ndsr/core';
import { parseServerList, type ServerAddress } from '@ndsr/zookeeper-common';
import type { Context } from '../context.js';
import { exitCodeOf, exitCodes } from '../exit-codes.js';
import { checkReading, checkWriting, noChroot } from './check-registry.js';
import { checkServer } from './check-server.js';
import { findChroot } from './find-chroot.js';
import type { Finding } from './finding.js';

export interface ExamineOptions {
  /** True when a temporary node may be created. */
  readonly write: boolean;
}

const serverTimeoutMs = 3_000;

/** Runs the checks in order until one prevents the rest. */
export async function* examine(context: Context, { write }: ExamineOptions): AsyncGenerator<Finding, void> {
  let registry: ServiceRegistry;
  try {
    registry = await context.open({ readOnly: !write });
    yield { check: 'configuration', result: 'ok', detail: context.place };
  } catch (error) {
    yield { check: 'configuration', ...failed(error) };
    return;
  }
  try {
    yield* examineRegistry(context, registry, write);
  } finally {
    await registry.stop();
  }
}

async function* examineRegistry(
  context: Context,
  registry: ServiceRegistry,
  write: boolean,
): AsyncGenerator<Finding, void> {
  const starting = start(context, registry);
  const servers = await Promise.all(serversOf(context.url).map((server) => checkServer(server, serverTimeoutMs)));
  // A backend that cannot be loaded has failed already, without a wait.
  const early = await Promise.race([starting, Promise.resolve()]);
  if (early?.error !== undefined && !(early.error instanceof NoConnectionError)) {
    yield { check: 'backend', ...failed(early.error) };
    return;
  }
  yield* servers;
  if (servers.length > 0 && servers.every(({ result }) => result === 'fail')) return;
  const { error, tookMs } = await starting;
  if (error !== undefined) {
    yield { check: 'session', ...failed(error) };
    return;
  }
  yield { check: 'session', result: 'ok', detail: `in ${Math.round(tookMs)} ms` };
  const reading = await checkReading(context, registry);
  yield reading;
  if (reading.detail === noChroot) yield await findChroot(context);
  // A write would create the chroot, which may be misspelt.
  else if (write) yield* await checkWriting(context, registry);
}

interface Start {
  /** Why it is not connected. */
  readonly error?: unknown;
  readonly tookMs: number;
}

async function start(context: Context, registry: ServiceRegistry): Promise<Start> {
  const startedAt = context.clock.now();
  try {
    await context.unlessEnding(registry.start());
    return { tookMs: context.clock.now() - startedAt };
  } catch (error) {
    return { error, tookMs: context.clock.now() - startedAt };
  }
}

/** The servers of a ZooKeeper backend; other backends have none to check. */
function serversOf(url: string): readonly ServerAddress[] {
  const location = /^zookeeper-(?:js|native):(?:\/\/)?(?:[^?]*@)?([^?]*)/s.exec(url)?.[1];
  return location === undefined ? [] : parseServerList(location).servers;
}

function failed(error: unknown): Omit<Finding, 'check'> {
  const [detail = '', ...advice] = (error instanceof Error ? error.message : String(error)).split('\n');
  const exitCode = exitCodeOf(error) || exitCodes.failed;
  return { result: 'fail', detail, exitCode, ...(advice.length === 0 ? {} : { advice: advice.join('\n') }) };
}
