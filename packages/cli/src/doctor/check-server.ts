import type { ServerAddress } from '@ndsr/zookeeper-common';
import { exitCodes } from '../exit-codes.js';
import { askServer, type ServerAnswer } from './ask-server.js';
import type { Finding } from './finding.js';

/** Connects to a server and requests its version and mode. */
export async function checkServer(address: ServerAddress, timeoutMs: number): Promise<Finding> {
  const check = `server ${address.host}:${address.port}`;
  try {
    return { check, ...judge(await askServer(address, timeoutMs)) };
  } catch (error) {
    return { check, ...explain(error, address) };
  }
}

/** The finding for a reachable server's answer. */
export function judge(answer: ServerAnswer | undefined): Omit<Finding, 'check'> {
  if (answer === undefined) {
    return {
      result: 'warn',
      detail: 'can be reached, and does not say what it is',
      advice: 'it may be no ZooKeeper, speak TLS only, or not permit srvr (4lw.commands.whitelist)',
    };
  }
  const { version, mode } = answer;
  if (mode === undefined) {
    const advice = 'look into its log; most likely there is no majority of its ensemble';
    return { result: 'fail', detail: 'is up, and does not serve requests', advice, exitCode: exitCodes.noConnection };
  }
  const detail = `ZooKeeper ${version ?? 'of unknown version'}, ${mode}`;
  if (version === undefined || isAtLeast(version, 3, 6)) return { result: 'ok', detail };
  return { result: 'warn', detail: `${detail}: old`, advice: '3.6 or later can watch a service with one watch' };
}

function isAtLeast(version: string, major: number, minor: number): boolean {
  const [ours = 0, theirs = 0] = version.split('.').map(Number);
  return ours > major || (ours === major && theirs >= minor);
}

const advice: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: is the port right, and the server up?',
  ENOTFOUND: 'there is no host of that name: check the spelling and the name server',
  EAI_AGAIN: 'the name server does not answer',
  ETIMEDOUT: 'it is down, or a firewall drops packets to it',
  EHOSTUNREACH: 'no route to that host',
  ENETUNREACH: 'no route to that network',
};

function explain(error: unknown, { host }: ServerAddress): Omit<Finding, 'check'> {
  const code = String(codeOf(error) ?? '');
  const detail = `cannot be reached: ${code || (error instanceof Error ? error.message : String(error))}`;
  const exitCode = exitCodes.noConnection;
  return { result: 'fail', detail, advice: advice[code] ?? `check the network to ${host}`, exitCode };
}

/** A host name with several addresses causes several errors. */
function codeOf(error: unknown): unknown {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
