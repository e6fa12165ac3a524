import type { Breach, Progress } from './line.js';

/** Why a connection ended that the other side, or the network, ended. In words that fit into `zk1:2181 (…)`. */
export function describeEnd({ progress, error }: Breach): Error {
  if (error !== null) return error;
  return new Error(progress === 'answered' ? 'it ended the connection' : 'it ended the connection without an answer');
}

/** Why a connection was ended on which something came that makes no sense. */
export function describeMalformed(progress: Progress, cause: unknown): Error {
  const isZooKeeper = progress === 'answered';
  const message = isZooKeeper
    ? 'ZooKeeper connection broken by what came over it'
    : 'its answer is not ZooKeeper protocol';
  return new Error(message, { cause });
}

/** Why a connection was given up that had been silent for so long. */
export function describeSilence(progress: Progress, quietMs: number): Error {
  const time = `${Math.round(quietMs)} ms`;
  if (progress === 'dialled') return new Error(`no connection within ${time}`);
  return new Error(progress === 'answered' ? `no answer for ${time}` : `connected, but no answer within ${time}`);
}
