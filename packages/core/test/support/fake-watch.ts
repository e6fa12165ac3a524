import type { ChildDetail, RawChild, RawNode } from '../../src/backend/raw-node.js';
import type { BackendWatch, WatchObserver } from '../../src/backend/registry-backend.js';
import type { ServiceRegistryError } from '../../src/errors/service-registry-error.js';
import { sameStat } from '../../src/node/node-stat.js';
import { parentOf } from '../../src/node/path.js';
import type { FakeStore } from './fake-store.js';

interface WatchHost {
  /** Runs it soon: how long a change is on its way to a watch. */
  soon(run: () => void): void;
  readonly store: FakeStore;
  readonly connected: boolean;
  readonly watches: Set<FakeWatch>;
  readonly tellsChanges: boolean;
}

/** A running watch of a `FakeBackend`: delivers soon after each change, at most one delivery under way. */
export class FakeWatch implements BackendWatch {
  readonly path: string;
  readonly detail: ChildDetail;
  readonly observer: WatchObserver;
  /** Instead of the node, this is told. */
  refusal: ServiceRegistryError | undefined;
  /** True: its delivery waits in a queue that makes progress. */
  isQueued = false;
  /** Nothing is delivered by itself. */
  muted = false;
  /** Changes of these children are not delivered, and what was known of them is. */
  readonly mutedChildren = new Map<string, RawChild>();
  readonly #host: WatchHost;
  /** The children that were delivered last. */
  #known: ReadonlyMap<string, RawChild> | undefined;
  #underWay = false;
  disposed = false;

  constructor(path: string, detail: ChildDetail, observer: WatchObserver, host: WatchHost) {
    this.path = path;
    this.detail = detail;
    this.observer = observer;
    this.#host = host;
  }

  shows(path: string): boolean {
    return path === this.path || (this.detail !== 'none' && parentOf(path) === this.path);
  }

  touch(): void {
    if (this.#underWay || this.muted) return;
    this.#underWay = true;
    this.#host.soon(() => {
      this.#underWay = false;
      if (!this.muted) this.deliver();
    });
  }

  /** Delivers now, `node` or what stands there. */
  deliver(node?: RawNode): void {
    if (this.disposed || !this.#host.connected) return;
    if (this.refusal !== undefined) this.observer.fault(this.refusal);
    else if (node !== undefined) this.observer.node(node);
    else this.#deliver(this.#withMutedChildren());
  }

  #deliver(node: RawNode): void {
    const known = this.#known;
    this.#known = node.children;
    if (known === undefined || !this.#host.tellsChanges) {
      this.observer.node(node);
      return;
    }
    const names = [...new Set([...known.keys(), ...node.children.keys()])];
    const changed = names.filter((name) => !sameChild(known.get(name), node.children.get(name)));
    const changedChildren = new Map(changed.map((name) => [name, node.children.get(name) ?? null]));
    // As the backend's own map, which is valid only until the observer returns.
    const live = new Map(node.children);
    this.observer.node({ ...node, children: live, changedChildren });
    live.clear();
    changedChildren.clear();
  }

  #withMutedChildren(): RawNode {
    const node = this.#host.store.read(this.path, this.detail);
    if (this.mutedChildren.size === 0) return node;
    const shown = [...node.children].map(([name, child]) => [name, this.mutedChildren.get(name) ?? child] as const);
    return { ...node, children: new Map(shown) };
  }

  isPaused(): boolean {
    return this.isQueued;
  }

  dispose(): void {
    this.disposed = true;
    this.#host.watches.delete(this);
  }
}

function sameChild(a: RawChild | undefined, b: RawChild | undefined): boolean {
  return a !== undefined && b !== undefined && sameStat(a.stat, b.stat);
}
