import type {
  BackendWatch,
  ChildDetail,
  RawChild,
  RawNode,
  ServiceRegistryError,
  WatchObserver,
} from '@ndsr/core/backend';
import type { Journal, PortGuard } from '../scaffold/index.js';
import { waitFor } from '../scaffold/index.js';
import { describeNode } from '../support/node-bytes.js';
import { sameChild, wrongChanges } from './change-rules.js';
import { inconsistency, NewestStat } from './node-rules.js';

export interface WatchRules {
  readonly journal: Journal;
  readonly guard: PortGuard;
  readonly patienceMs: number;
  /** True while the backend reports that it is connected. */
  isConnected(): boolean;
}

/** One delivery of a watch, with its moment. */
export interface Delivery {
  readonly node: RawNode;
  readonly moment: number;
}

/**
 * Records the deliveries of one watch, and reports violations: a delivery that is inconsistent, older, after `dispose`,
 * without a connection, or with changes that do not lead to it.
 */
export class WatchRecorder implements WatchObserver {
  readonly path: string;
  readonly detail: ChildDetail;
  readonly deliveries: Delivery[] = [];
  readonly faults: ServiceRegistryError[] = [];
  readonly #rules: WatchRules;
  readonly #newest = new NewestStat();
  readonly #copies: { readonly children: RawNode['children']; readonly copy: RawNode['children'] }[] = [];
  #watch: BackendWatch | undefined;
  #onDelivery: ((node: RawNode) => void) | undefined;
  #disposed = false;

  constructor(path: string, detail: ChildDetail, rules: WatchRules) {
    this.path = path;
    this.detail = detail;
    this.#rules = rules;
  }

  attach(watch: BackendWatch): void {
    this.#watch = watch;
  }

  /** Calls `listener` at each delivery, inside the observer. */
  onDelivery(listener: (node: RawNode) => void): void {
    this.#onDelivery = listener;
  }

  node(node: RawNode): void {
    const what = `a delivery of ${this.path}`;
    this.#rules.guard.observe(what, () => {
      if (this.#disposed) this.#rules.journal.violation(`${what} came after dispose`);
      if (!this.#rules.isConnected()) this.#rules.journal.violation(`${what} came while there was no connection`);
      this.#checkRules(node, what);
      const kept = this.#keep(node);
      this.deliveries.push({ node: kept, moment: this.#rules.journal.tick() });
      this.#onDelivery?.(kept);
    });
  }

  fault(error: ServiceRegistryError): void {
    this.#rules.guard.observe(`a fault of ${this.path}`, () => {
      if (this.#disposed) this.#rules.journal.violation(`a fault of ${this.path} came after dispose`);
      this.faults.push(error);
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#rules.guard.call('dispose', () => this.#watch?.dispose());
  }

  get last(): RawNode | undefined {
    return this.deliveries.at(-1)?.node;
  }

  /** Nodes delivered after `moment`. */
  since(moment: number): RawNode[] {
    return this.deliveries.filter((delivery) => delivery.moment > moment).map(({ node }) => node);
  }

  /** Waits until the last delivery fits `predicate`. */
  async until(what: string, predicate: (node: RawNode) => boolean): Promise<RawNode> {
    const fits = (): boolean => this.last !== undefined && predicate(this.last);
    const state = (): string => `${describeNode(this.last)} after ${this.deliveries.length} deliveries`;
    await waitFor(`the watch of ${this.path} delivers ${what}`, fits, { timeoutMs: this.#rules.patienceMs, state });
    return this.last as RawNode;
  }

  /** Waits for a delivery after `moment`. */
  async after(moment: number, what = 'again'): Promise<RawNode> {
    return await this.until(what, () => this.since(moment).length > 0);
  }

  /** Reports children that were changed after they had been delivered. */
  checkUnchanged(): void {
    for (const { children, copy } of this.#copies) {
      const same =
        children.size === copy.size && [...copy].every(([name, child]) => isStill(children.get(name), child));
      if (!same)
        this.#rules.journal.violation(`the children of ${this.path} were changed after they had been delivered`);
    }
  }

  /** Copies what the backend may change after this call: with `changedChildren`, the map of children may be its own. */
  #keep(node: RawNode): RawNode {
    const isLive = node.changedChildren !== undefined;
    const children = isLive ? new Map(node.children) : node.children;
    this.#copies.push({ children, copy: new Map([...children].map(([name, child]) => [name, { ...child }])) });
    return isLive ? { ...node, children } : node;
  }

  #checkRules(node: RawNode, what: string): void {
    const wrong =
      inconsistency(node, this.path, this.detail) ?? this.#newest.regression(node) ?? wrongChanges(this.last, node);
    if (wrong !== undefined) this.#rules.journal.violation(`${what}: ${wrong}`);
  }
}

function isStill(child: RawChild | undefined, copy: RawChild): boolean {
  return child !== undefined && sameChild(child, copy);
}
