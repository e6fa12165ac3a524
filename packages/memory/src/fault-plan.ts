import { InvalidArgumentError, type ServiceRegistryError } from '@ndsr/core/backend';

/** An operation of a backend on the store. `watch` is each read that a watch makes. */
export type StoreOperation = 'read' | 'create' | 'write' | 'remove' | 'watch';

/** A rule that makes the store refuse operations. */
export interface Refusal {
  /** @default every operation */
  readonly operation?: StoreOperation | undefined;
  /**
   * The exact path that an operation names; neither nodes below it nor the parents that a `create` creates. @default
   * every path
   */
  readonly path?: string | undefined;
  /** The error that a refused operation rejects with, and that the observer of a refused watch receives. */
  readonly error: ServiceRegistryError;
  /**
   * True to close the connection with the refusal and open another one, as servers refuse a request that is larger than
   * their `jute.maxbuffer`. Everything else in flight on it rejects with `ERR_NDSR_NO_CONNECTION`. Watches never close
   * it.
   * @default false
   */
  readonly closes?: boolean | undefined;
  /** The number of refused operations after which the rule ends by itself. @default never */
  readonly times?: number | undefined;
}

interface Rule {
  readonly refusal: Refusal;
  left: number;
}

/** The active refusals, oldest first. */
export class FaultPlan {
  readonly #rules = new Set<Rule>();
  readonly #onRuleEnded: () => void;

  constructor(onRuleEnded: () => void) {
    this.#onRuleEnded = onRuleEnded;
  }

  /** Returns a function that removes the rule. */
  add(refusal: Refusal): () => void {
    const times = refusal.times ?? Number.POSITIVE_INFINITY;
    if (!(times >= 1)) throw new InvalidArgumentError(`times: expected 1 or more, got ${String(times)}`);
    const rule: Rule = { refusal, left: times };
    this.#rules.add(rule);
    return () => this.#end(rule);
  }

  /** Returns the refusal of this operation, if there is one; it counts towards the rule's `times`. */
  refuse(operation: StoreOperation, path: string): Refusal | undefined {
    for (const rule of this.#rules) {
      if (!matches(rule.refusal, operation, path)) continue;
      rule.left -= 1;
      if (rule.left < 1) this.#end(rule);
      return rule.refusal;
    }
    return undefined;
  }

  /** Returns true if refusals of this operation will end by themselves, so that an immediate retry makes sense. */
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
