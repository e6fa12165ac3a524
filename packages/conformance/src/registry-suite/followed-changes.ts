import { isDeepStrictEqual } from 'node:util';
import type { NodeChanges, NodeSnapshot, NodeState } from '@ndsr/core';

/** A node that is kept up to date by nothing but the changes that a callback or a loop receives. */
export class FollowedChanges {
  readonly children = new Map<string, NodeState>();
  self: NodeState = { data: null, stat: null };
  #calls = 0;

  /** Applies changes. Returns what is wrong with them; undefined if they lead to `snapshot`, and mention nothing that is equal. */
  apply(snapshot: NodeSnapshot, changes: NodeChanges): string | undefined {
    this.#calls += 1;
    const wrong = this.#applyChildren(changes) ?? this.#applySelf(snapshot, changes);
    if (wrong !== undefined) return wrong;
    const names = Object.keys(snapshot.children);
    if (names.length !== this.children.size) return `lead to ${this.children.size} children instead of ${names.length}`;
    const differing = names.find((name) => !isDeepStrictEqual(this.children.get(name)?.data, snapshot.children[name]));
    return differing === undefined ? undefined : `do not lead to the data of child ${differing}`;
  }

  #applyChildren({ added, removed, changed }: NodeChanges): string | undefined {
    if (this.#calls === 1 && removed.size + changed.size > 0) return 'are not only additions in the first call';
    for (const [name, state] of removed) {
      if (!isDeepStrictEqual(this.children.get(name), state)) return `remove child ${name}, which was not known so`;
      this.children.delete(name);
    }
    for (const [name, state] of changed) {
      const before = this.children.get(name);
      if (before === undefined) return `change child ${name}, which was not known`;
      if (isDeepStrictEqual(before, state)) return `change child ${name} to what it was`;
      this.children.set(name, state);
    }
    for (const [name, state] of added) {
      if (this.children.has(name)) return `add child ${name}, which was known`;
      this.children.set(name, state);
    }
    return undefined;
  }

  #applySelf({ data, stat }: NodeSnapshot, { self }: NodeChanges): string | undefined {
    if (self !== undefined && isDeepStrictEqual(self, this.self)) return 'change the node itself to what it was';
    this.self = self ?? this.self;
    return isDeepStrictEqual(this.self, { data, stat }) ? undefined : 'do not lead to the data and stat of the node';
  }
}
