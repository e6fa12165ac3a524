import type {
  BackendWatch,
  ChildDetail,
  ConnectionEvent,
  NodeKind,
  RawNode,
  ServiceRegistryError,
} from '@ndsr/core/backend';
import { MemoryBackend, type MemoryStore } from '../src/index.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

export function text(data: Uint8Array | null | undefined): string | null {
  return data === null || data === undefined ? null : decoder.decode(data);
}

/** A recorded watch: everything that its observer received, oldest first. */
export interface Seen {
  readonly nodes: RawNode[];
  readonly faults: ServiceRegistryError[];
  readonly watch: BackendWatch;
  /** The data of each delivery; null if there was none. */
  texts(): (string | null)[];
  last(): RawNode | undefined;
}

/** A backend, and everything that its observers received. */
export class Opened {
  readonly backend: MemoryBackend;
  readonly events: ConnectionEvent[] = [];

  constructor(store: MemoryStore, owner?: object) {
    this.backend = new MemoryBackend(store, owner);
  }

  connect(): void {
    this.backend.connect((event) => this.events.push(event));
  }

  /** The events so far, by name and, if there is one, session. */
  types(): string[] {
    return this.events.map((event) => event.type);
  }

  sessionIds(): bigint[] {
    return this.events.flatMap((event) => (event.type === 'connected' ? [event.session.id] : []));
  }

  create(path: string, data = 'x', kind: NodeKind = 'persistent'): Promise<unknown> {
    return this.backend.create(path, { kind, data: bytes(data), replacing: null });
  }

  replace(path: string, replacing: number, data = 'y', kind: NodeKind = 'persistent'): Promise<unknown> {
    return this.backend.create(path, { kind, data: bytes(data), replacing });
  }

  write(path: string, data: string, version: number): Promise<void> {
    return this.backend.write(path, bytes(data), version);
  }

  read(path: string, children: ChildDetail = 'data'): Promise<RawNode> {
    return this.backend.read(path, { children });
  }

  watch(path: string, children: ChildDetail = 'data'): Seen {
    const nodes: RawNode[] = [];
    const faults: ServiceRegistryError[] = [];
    const watch = this.backend.watch(
      path,
      { children },
      {
        node: (node) => nodes.push({ ...node, children: new Map(node.children) }),
        fault: (error) => faults.push(error),
      },
    );
    return { nodes, faults, watch, texts: () => nodes.map((node) => text(node.data)), last: () => nodes.at(-1) };
  }
}

/** A connected backend. */
export async function openBackend(store: MemoryStore, owner?: object): Promise<Opened> {
  const opened = new Opened(store, owner);
  opened.connect();
  await microtasks();
  return opened;
}

/** Lets everything happen that needs neither timers nor I/O. */
export async function microtasks(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await null;
}
