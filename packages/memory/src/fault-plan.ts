import { InvalidArgumentError, type ServiceRegistryError } from '@ndsr/core/backend';

/** What a backend asks of the store. `watch` stands for each look that a watch takes. */
export type StoreOperation = 'read' | 'create' | 'write' | 'remove' | 'watch';

/** Which operations the store shall refuse, and how. */
export interface Refusal {
  /** @default every operation */
  readonly operation?: StoreOperation | undefined;
  /** The very path that an operation names; neither what lies below it nor the parents that a `create` makes. @default every path */
  readonly path?: string | undefined;
  /** What a refused operation rejects with, and what the observer of a refused watch is told. */
  readonly error: ServiceRegistryError;
  /**
   * Whether the connection closes then, and another one comes: as servers refuse a request that is larger than their
   * `jute.maxbuffer`. What else is in flight on it rejects with `ERR_NDSR_NO_CONNECTION`. Watches never close it.
   * @default false
   */
  readonly closes?: boolean | undefined;
  /** After how many refused operations the rule ends by itself. @default never */
  readonly times?: number | undefined;
}

interface Rule {
  readonly refusal: Refusal;
  left: number;
}

/** The refusals in force, oldest first. */
export class FaultPlan {
  readonly #rules = new Set<Rule>();
  readonly #onRuleEnded: () => void;

  constructor(onRuleEnded: () => void) {
    this.#onRuleEnded = onRuleEnded;
  }

  /** Returns its own undo. */
  add(refusal: Refusal): () => void {
    const times = refusal.times ?? Number.POSITIVE_INFINITY;
    if (!(times >= 1)) throw new InvalidArgumentError(`times: expected 1 or more, got ${String(times)}`);
    const rule: Rule = { refusal, left: times };
    this.#rules.add(rule);
    return () => this.#end(rule);
  }

  /** How to refuse this operation, if at all; it counts as one of the rule's times. */
  refuse(operation: StoreOperation, path: string): Refusal | undefined {
    for (const rule of this.#rules) {
      if (!matches(rule.refusal, operation, path)) continue;
      rule.left -= 1;
      if (rule.left < 1) this.#end(rule);
      return rule.refusal;
    }
    return undefined;
  }

  /** Whether refusals of this operation will end by themselves, so that trying again at once is worth it. */
  endsByItself(operation: StoreOperation, path: string): boolean {
    return [...this.#rules].every((rule) => Number.isFinite(rule.left) || !matches(rule.refusal, operation, path));
  }

  #end(rule: Rule): void {
    if (this.#rules.delete(rule)) this.#onRuleEnded();
  }
}

function matches(refusal: Refusal, operation: StoreOperation, path: string): boolean {
  return (refusal.operation ?? operation) === operation && (refusal.path ?? path) === path;
}
