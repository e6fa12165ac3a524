import type { RawNode } from '../backend/raw-node.js';
import type { RegistryBackend } from '../backend/registry-backend.js';
import { sameBytes } from '../codec/same-data.js';
import { NotAuthorizedError } from '../errors/access-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { NodeStat } from '../node/node-stat.js';
import { childOf } from '../node/path.js';
import type { DeliveredNode } from '../watch/shown-node.js';
import type { WatchEntry } from '../watch/watch-entry.js';
import { absent, type Comparison, type Difference, type ObservedPart, samePart } from './comparison.js';
import type { RereadTarget } from './reread-target.js';

/** A watched path. Each re-read compares its data, its list of children, and the data of some children in turn. */
export class WatchedEntry implements RereadTarget {
  readonly #entry: WatchEntry;
  /** The last child whose data was compared. The children after it are next. */
  #lastChild: string | undefined;
  /** Children for which NotAuthorizedError was already reported. */
  #refused: Set<string> | undefined;

  constructor(entry: WatchEntry) {
    this.#entry = entry;
  }

  get path(): string {
    return this.#entry.path;
  }

  async compare(maxChildren: number, earlier?: Comparison): Promise<Comparison | undefined> {
    const { backend, deliveries } = this.#entry;
    if (backend === undefined) return undefined;
    const actual = await backend.read(this.path, { children: 'names' });
    const differences = new Map(this.#differences(actual));
    const names = earlier === undefined ? this.#nextChildren(actual, maxChildren) : differingChildren(earlier);
    for (const name of names) await this.#compareChild(backend, name, differences);
    return { deliveries: earlier === undefined ? deliveries : this.#entry.deliveries, isOneWatch: false, differences };
  }

  repair(): 'unreported' | 'reported' {
    const outcome = this.#entry.readError === undefined ? 'unreported' : 'reported';
    this.#entry.rewatch();
    return outcome;
  }

  onNotAuthorized(error: ServiceRegistryError): void {
    if (this.#entry.accessError === undefined) this.#entry.fault(error);
  }

  /** The ACL of a node is not compared: no watch reports when it changes. */
  #differences(actual: RawNode): [string, Difference][] {
    const { delivered, deliveries, isLive } = this.#entry;
    const found: [string, Difference][] = [];
    const note = (kind: Difference['kind'], known: ObservedPart, now: ObservedPart): void => {
      if (!samePart(known, now)) found.push([kind, { kind, known, actual: now }]);
    };
    if (!isLive) note('silence', { mark: 'silent', bytes: null }, { mark: `since ${deliveries}`, bytes: null });
    if (delivered === undefined) return found;
    note('node', nodePart(delivered), nodePart(actual));
    if (delivered.stat !== null && actual.stat !== null)
      note(
        'children',
        childListPart(delivered.stat, namesOf(delivered)),
        childListPart(actual.stat, sortedNames(actual)),
      );
    return found;
  }

  #nextChildren(actual: RawNode, max: number): readonly string[] {
    if (this.#entry.detail === 'names') return [];
    const names = sortedNames(actual);
    const start = this.#lastChild === undefined ? 0 : names.findIndex((name) => name > (this.#lastChild ?? ''));
    const next = [...names.slice(Math.max(start, 0)), ...names.slice(0, Math.max(start, 0))].slice(0, max);
    this.#lastChild = next.at(-1);
    return next;
  }

  async #compareChild(backend: RegistryBackend, name: string, differences: Map<string, Difference>): Promise<void> {
    const actual = await this.#readChild(backend, name);
    const known = this.#entry.delivered?.children.get(name)?.raw.data;
    // A child that is missing in one of the lists is a difference of the lists.
    if (actual === undefined || known === undefined || actual.stat === null || sameBytes(known, actual.data)) return;
    const kind = 'child';
    differences.set(`child ${name}`, { kind, known: { mark: '', bytes: known }, actual: nodePart(actual) });
  }

  /** Undefined for a child that must not be read. It is shown without data; the error is reported once if it had data before. */
  async #readChild(backend: RegistryBackend, name: string): Promise<RawNode | undefined> {
    try {
      const child = await backend.read(childOf(this.path, name), { children: 'none' });
      this.#refused?.delete(name);
      return child;
    } catch (error) {
      if (!(error instanceof NotAuthorizedError)) throw error;
      const isShown = (this.#entry.delivered?.children.get(name)?.raw.data ?? null) !== null;
      if (isShown && !this.#refused?.has(name)) {
        this.#refused ??= new Set();
        this.#refused.add(name);
        this.#entry.fault(error);
      }
      return undefined;
    }
  }
}

function nodePart({ stat, data }: Pick<RawNode, 'stat' | 'data'>): ObservedPart {
  return stat === null ? absent : { mark: `${stat.czxid} ${stat.mzxid}`, bytes: data };
}

function childListPart(stat: NodeStat | null, names: readonly string[]): ObservedPart {
  return { mark: `${stat?.pzxid} ${names.join('/')}`, bytes: null };
}

function sortedNames({ children }: RawNode): readonly string[] {
  return [...children.keys()].sort();
}

function namesOf({ children }: DeliveredNode): readonly string[] {
  const names: string[] = [];
  children.forEach(({ name }) => {
    names.push(name);
  });
  return names;
}

function differingChildren({ differences }: Comparison): readonly string[] {
  return [...differences].filter(([, { kind }]) => kind === 'child').map(([part]) => part.slice('child '.length));
}
