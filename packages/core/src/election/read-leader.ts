import type { RegistryBackend } from '../backend/registry-backend.js';
import { queueOrder } from '../coordination/queue-position.js';
import { TimeoutError } from '../errors/connection-errors.js';
import { childOf } from '../node/path.js';

/** The node and the name of the leader; both undefined without one. */
export type Leader =
  | { readonly node: string; readonly name: string }
  | { readonly node: undefined; readonly name: undefined };

const noLeader: Leader = { node: undefined, name: undefined };
const decoder = new TextDecoder();

/** A candidate's name, decoded from the data of its node. */
export function decodeContenderName(data: Uint8Array | null | undefined): string {
  return decoder.decode(data ?? undefined);
}

/** The name of the leader's node among `names`. */
export function leaderOf(names: Iterable<string>): string | undefined {
  return queueOrder(names)[0];
}

/** Attempts to read a leader that is gone each time: it changes too fast, or the servers contradict themselves. */
const maxAttempts = 20;

/** @throws {TimeoutError} it changes faster than it can be read */
export async function readLeader(path: string, backend: RegistryBackend): Promise<Leader> {
  for (let attempts = 0; attempts < maxAttempts; attempts += 1) {
    const { children } = await backend.read(path, { children: 'names', data: false });
    const node = leaderOf(children.keys());
    if (node === undefined) return noLeader;
    const { stat, data } = await backend.read(childOf(path, node), { children: 'none' });
    // Gone in between: another candidate leads by now.
    if (stat !== null) return { node, name: decodeContenderName(data) };
  }
  throw new TimeoutError(`The leader of ${path} changes faster than it can be read`, { path });
}
