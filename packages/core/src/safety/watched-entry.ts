import type { RawNode } from '../backend/raw-node.js';
import type { RegistryBackend } from '../backend/registry-backend.js';
import { sameBytes } from '../codec/same-data.js';
import { NotAuthorizedError } from '../errors/access-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import { childOf } from '../node/path.js';
import type { WatchEntry } from '../watch/watch-entry.js';
import { absent, type Difference, type Findings, type Sight, sameSight } from './findings.js';
import type { Watched } from './watched.js';

/** A watched path: its data and its list of children at each look, and the data of some children in turn. */
export class WatchedEntry implements Watched {
  readonly #entry: WatchEntry;
  /** The child whose data were looked at last; those after it are next. */
  #lastChild: string | undefined;
  /** Children of which it was told that they may not be read. */
  #refused: Set<string> | undefined;

  constructor(entry: WatchEntry) {
    this.#entry = entry;
  }

  get path(): string {
    return this.#entry.path;
  }

  async examine(mostChildren: number, earlier?: Findings): Promise<Findings | undefined> {
    const { backend, deliveries } = this.#entry;
    if (backend === undefined) return undefined;
    const truth = await backend.read(this.path, { children: 'names' });
    const differences = new Map(this.#compare(truth));
    const names = earlier === undefined ? this.#nextChildren(truth, mostChildren) : differingChildren(earlier);
    for (const name of names) await this.#compareChild(backend, name, differences);
    return { deliveries: earlier === undefined ? deliveries : this.#entry.deliveries, differences };
  }

  repair(): 'silent' | 'known' {
    const told = this.#entry.readError === undefined ? 'silent' : 'known';
    this.#entry.rewatch();
    return told;
  }

  refused(error: ServiceRegistryError): void {
    if (this.#entry.accessError === undefined) this.#entry.fault(error);
  }

  /** The access list of a node is no part of it: no watch tells when it changes, so it is not compared. */
  #compare(truth: RawNode): [string, Difference][] {
    const { delivered, deliveries, isLive } = this.#entry;
    const found: [string, Difference][] = [];
    const note = (what: Difference['what'], known: Sight, now: Sight): void => {
      if (!sameSight(known, now)) found.push([what, { what, known, truth: now }]);
    };
    if (!isLive) note('silence', { mark: 'silent', bytes: null }, { mark: `since ${deliveries}`, bytes: null });
    if (delivered === undefined) return found;
    note('node', nodeSight(delivered), nodeSight(truth));
    if (delivered.stat !== null && truth.stat !== null) note('children', listSight(delivered), listSight(truth));
    return found;
  }

  #nextChildren(truth: RawNode, most: number): readonly string[] {
    if (this.#entry.detail === 'names') return [];
    const names = [...truth.children.keys()].sort();
    const start = this.#lastChild === undefined ? 0 : names.findIndex((name) => name > (this.#lastChild ?? ''));
    const next = [...names.slice(Math.max(start, 0)), ...names.slice(0, Math.max(start, 0))].slice(0, most);
    this.#lastChild = next.at(-1);
    return next;
  }

  async #compareChild(backend: RegistryBackend, name: string, differences: Map<string, Difference>): Promise<void> {
    const truth = await this.#readChild(backend, name);
    const known = this.#entry.delivered?.children.get(name);
    // Not in both lists: that is for the lists to tell.
    if (truth === undefined || known === undefined || truth.stat === null || sameBytes(known, truth.data)) return;
    const what = 'child';
    differences.set(`child ${name}`, { what, known: { mark: '', bytes: known }, truth: nodeSight(truth) });
  }

  /** Undefined for one that may not be read: it is shown without data, and told of once where it was shown with them. */
  async #readChild(backend: RegistryBackend, name: string): Promise<RawNode | undefined> {
    try {
      const child = await backend.read(childOf(this.path, name), { children: 'none' });
      this.#refused?.delete(name);
      return child;
    } catch (error) {
      if (!(error instanceof NotAuthorizedError)) throw error;
      const isShown = (this.#entry.delivered?.children.get(name) ?? null) !== null;
      if (isShown && !this.#refused?.has(name)) {
        this.#refused ??= new Set();
        this.#refused.add(name);
        this.#entry.fault(error);
      }
      return undefined;
    }
  }
}

function nodeSight({ stat, data }: RawNode): Sight {
  return stat === null ? absent : { mark: `${stat.czxid} ${stat.mzxid}`, bytes: data };
}

function listSight({ stat, children }: RawNode): Sight {
  return { mark: `${stat?.pzxid} ${[...children.keys()].sort().join('/')}`, bytes: null };
}

function differingChildren({ differences }: Findings): readonly string[] {
  return [...differences].filter(([, { what }]) => what === 'child').map(([part]) => part.slice('child '.length));
}
