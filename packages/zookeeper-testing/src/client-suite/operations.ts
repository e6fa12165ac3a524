import type { ZooKeeperClient } from '@ndsr/zookeeper-common';
import type { ObservedClient } from './observed-client.js';

type Operation = (port: ZooKeeperClient, path: string) => Promise<unknown>;

const data = new TextEncoder().encode('changed');

/** Every operation that has an answer, for a path. */
const operations: Readonly<Record<string, Operation>> = {
  exists: (port, path) => port.exists({ path, watch: true }),
  getData: (port, path) => port.getData({ path, watch: true }),
  getChildren: (port, path) => port.getChildren({ path, watch: true }),
  create: (port, path) => port.create(`${path}/new`, data, 'persistent'),
  createSequential: (port, path) => port.createSequential(`${path}/new-`, data),
  setData: (port, path) => port.setData(path, data, -1),
  remove: (port, path) => port.remove(path, -1),
  replace: (port, path) => port.replace?.(path, 0, data, 'persistent') ?? port.remove(path, 0),
};

/** A rejection "at once" does not wait for a server: shorter than any timeout here, long for a busy machine. */
const atOnceMs = 3_000;

/** Returns the error numbers of all operations, made one after the other. */
export async function refusals(client: ObservedClient, path: string): Promise<Record<string, number>> {
  const numbers: Record<string, number> = {};
  for (const [name, operation] of Object.entries(operations)) {
    numbers[name] = await client.refusal(name, (port) => operation(port, path), atOnceMs);
  }
  return numbers;
}

/** The same error number for all of them. */
export function allRefusedWith(number: number): Record<string, number> {
  return Object.fromEntries(Object.keys(operations).map((name) => [name, number]));
}
