import type { RawNode, ServiceRegistryError, WatchObserver } from '@ndsr/core/backend';
import { expect } from 'vitest';
import { keptNode, wrongChanges } from './kept-node.js';

/** Records the deliveries of one watch, and checks the changes in each. */
export class WatchLog implements WatchObserver {
  readonly nodes: RawNode[] = [];
  readonly faults: ServiceRegistryError[] = [];
  /** The last delivery, also after a test has emptied `nodes`. */
  #before: RawNode | undefined;

  node(node: RawNode): void {
    expect(wrongChanges(this.#before, node)).toBeUndefined();
    this.#before = keptNode(node);
    this.nodes.push(this.#before);
  }

  fault(error: ServiceRegistryError): void {
    this.faults.push(error);
  }

  get last(): RawNode | undefined {
    return this.nodes.at(-1);
  }

  /** The children of the last delivery, with their data as text. */
  get children(): Record<string, string | null> {
    const children = [...(this.last?.children ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(children.map(([name, { data }]) => [name, text(data)]));
  }
}

export function text(data: Uint8Array | null | undefined): string | null {
  return data === null || data === undefined ? null : new TextDecoder().decode(data);
}

export function bytes(data: string): Uint8Array {
  return new TextEncoder().encode(data);
}
