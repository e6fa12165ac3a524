import { randomInt } from 'node:crypto';
import {
  type BackendCapabilities,
  type BackendContext,
  type BackendWatch,
  type CancelTimer,
  type ConnectionEvent,
  type ConnectionObserver,
  type CreateOptions,
  NoConnectionError,
  type NodeStat,
  type RawNode,
  type ReadOptions,
  type RegistryBackend,
  toRegistryError,
  type WatchObserver,
} from '@ndsr/core/backend';
import { ChangeHint } from './change-hint.js';
import { createNode, endSession, nextInSequence, openSession, removeNode, writeNode } from './changes.js';
import { draftName, Heartbeats, heartbeatName } from './heartbeats.js';
import type { Tree } from './tree.js';
import { TreeStore } from './tree-store.js';
import { TreeWatch } from './tree-watch.js';

/** `seeking`: waiting for the folder, to open a session with that id. */
type State =
  | { readonly type: 'idle' }
  | { readonly type: 'seeking' | 'connected' | 'suspended'; readonly id: number }
  | { readonly type: 'closed' };

/** A pending operation. */
interface Request {
  /** Applies it to a draft; called again with another draft when another process was faster. */
  run(draft: Tree): void;
  /** Settles the call with the outcome of the last `run`. */
  settle(): void;
  /** Rejects the call because its outcome is unknown. */
  fail(message: string, cause?: unknown): void;
}

/**
 * A backend on a folder that registries of one machine share. The folder must exist: a missing one is an outage, not an
 * empty registry. Everything happens in turns, one after the other: read the newest tree, execute the pending requests,
 * notify the watches, answer.
 */
export class FileSystemBackend implements RegistryBackend {
  readonly name = 'file-system';
  readonly capabilities: BackendCapabilities = { atomicReplace: true, letsProcessEnd: true };
  readonly #folder: string;
  readonly #context: BackendContext;
  readonly #lookEveryMs: number;
  readonly #store: TreeStore;
  readonly #heartbeats: Heartbeats;
  readonly #hint = new ChangeHint();
  readonly #watches = new Set<TreeWatch>();
  #observer: ConnectionObserver | undefined;
  #state: State = { type: 'idle' };
  #requests: Request[] = [];
  #heardAt = 0;
  #timer: CancelTimer | undefined;
  #beatDue = false;
  #turnWanted = false;
  #turns: Promise<void> | undefined;
  #faultTold = false;
  #closing: Promise<void> | undefined;

  constructor(folder: string, context: BackendContext) {
    this.#folder = folder;
    this.#context = context;
    this.#lookEveryMs = Math.min(100, context.timeoutMs / 4);
    this.#store = new TreeStore(folder);
    this.#heartbeats = new Heartbeats(folder, this.#lookEveryMs);
  }

  /** Time since the folder was last read. */
  get quietMs(): number {
    return this.#context.clock.now() - this.#heardAt;
  }

  connect(observer: ConnectionObserver): void {
    if (this.#state.type !== 'idle') return;
    this.#observer = observer;
    this.#state = seeking();
    this.#tick();
  }

  authenticate(): void {
    // The file system controls the access to the folder.
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  read(path: string, { children }: ReadOptions): Promise<RawNode> {
    return this.#ask(path, (tree) => tree.read(path, children));
  }

  create(path: string, { kind, data, replacing }: CreateOptions): Promise<NodeStat | null> {
    const node = { data: base64(data), replacing, time: this.#time() };
    return this.#ask(path, (draft, id) => {
      createNode(draft, path, { ...node, owner: kind === 'ephemeral' ? id : 0 });
      return draft.read(path, 'none').stat;
    });
  }

  createSequential(path: string, data: Uint8Array): Promise<string> {
    const node = { data: base64(data), replacing: null, time: this.#time() };
    return this.#ask(path, (draft, owner) => {
      const made = nextInSequence(draft, path);
      createNode(draft, made, { ...node, owner });
      return made;
    });
  }

  write(path: string, data: Uint8Array, version: number): Promise<void> {
    const [text, time] = [base64(data), this.#time()];
    return this.#ask(path, (draft) => writeNode(draft, path, text, version, time));
  }

  remove(path: string, version: number): Promise<void> {
    return this.#ask(path, (draft) => removeNode(draft, path, version));
  }

  watch(path: string, { children }: ReadOptions, observer: WatchObserver): BackendWatch {
    const watch = new TreeWatch(path, children, observer);
    this.#watches.add(watch);
    this.#wake();
    return watch;
  }

  #ask<Answer>(path: string, work: (draft: Tree, id: number) => Answer): Promise<Answer> {
    const state = this.#state;
    if (state.type !== 'connected') return Promise.reject(new NoConnectionError(undefined, { path }));
    const { id } = state;
    return new Promise((resolve, reject) => {
      let settle = (): void => undefined;
      const run = (draft: Tree): void => {
        try {
          if (!draft.sessions.has(id)) throw new NoConnectionError('The session has ended', { path });
          const answer = work(draft, id);
          settle = () => resolve(answer);
        } catch (error) {
          settle = () => reject(error);
        }
      };
      const fail = (message: string, cause?: unknown) => reject(new NoConnectionError(message, { path, cause }));
      this.#requests.push({ run, settle: () => settle(), fail });
      this.#wake();
    });
  }

  /** The regular check, which finds changes without a hint. */
  #tick(): void {
    this.#beatDue = true;
    this.#timer = this.#context.clock.backgroundTimer(this.#lookEveryMs, () => this.#tick());
    this.#wake();
  }

  /** Requests a turn after the current one. */
  #wake(): void {
    this.#turnWanted = true;
    if ('id' in this.#state) this.#turns ??= this.#takeTurns();
  }

  async #takeTurns(): Promise<void> {
    for (; this.#turnWanted && 'id' in this.#state; await this.#turn(this.#state)) this.#turnWanted = false;
    this.#turns = undefined;
  }

  async #turn({ type, id }: Extract<State, { id: number }>): Promise<void> {
    const requests = this.#requests.splice(0);
    try {
      if (type === 'seeking') await this.#heartbeats.start(id);
      await this.#beatWhenDue(id);
      const tree = await this.#store.transact(draftName(id), (draft, files) => {
        endSessionsWithout(files, draft);
        if (type === 'seeking') openSession(draft, id, this.#context.timeoutMs);
        for (const request of requests) request.run(draft);
      });
      this.#heard(tree);
      // Only now: the watches must observe a write before it resolves.
      for (const request of requests) request.settle();
    } catch (cause) {
      this.#broke(cause, requests);
    }
  }

  async #beatWhenDue(id: number): Promise<void> {
    if (!this.#beatDue) return;
    this.#beatDue = false;
    await this.#heartbeats.beat(id);
    await this.#heartbeats.sweep(this.#store.sessions);
  }

  #heard(tree: Tree): void {
    const state = this.#state;
    if (!('id' in state)) return;
    this.#heardAt = this.#context.clock.now();
    if (!tree.sessions.has(state.id)) {
      this.#enter(seeking(), { type: 'lost' });
      this.#wake();
      return;
    }
    if (state.type !== 'connected') this.#connected(state.id);
    for (const watch of [...this.#watches]) {
      if (watch.disposed) this.#watches.delete(watch);
      else watch.look(tree);
    }
  }

  #connected(id: number): void {
    this.#faultTold = false;
    this.#hint.start(this.#folder, () => this.#wake());
    for (const watch of this.#watches) watch.forget();
    const session = { id: BigInt(id), timeoutMs: this.#context.timeoutMs };
    this.#enter({ type: 'connected', id }, { type: 'connected', session });
  }

  /** After any failure the folder is unreliable. Pending requests may have been executed. */
  #broke(cause: unknown, underWay: readonly Request[]): void {
    const message = `${this.#folder} cannot be used: ${String(cause)}`;
    for (const request of [...underWay, ...this.#requests.splice(0)]) request.fail(message, cause);
    const state = this.#state;
    if (state.type === 'connected') {
      this.#enter({ type: 'suspended', id: state.id }, { type: 'suspended', quietMs: this.quietMs, cause });
    } else if (state.type === 'seeking' && !this.#faultTold) {
      this.#faultTold = true;
      this.#enter(state, { type: 'fault', error: toRegistryError(cause) });
    }
  }

  #enter(state: State, event: ConnectionEvent): void {
    this.#state = state;
    this.#observer?.(event);
  }

  async #shutDown(): Promise<void> {
    const state = this.#state;
    this.#state = { type: 'closed' };
    this.#timer?.();
    this.#hint.stop();
    for (const watch of this.#watches) watch.dispose();
    for (const request of this.#requests.splice(0)) request.fail('The backend was closed');
    await this.#turns;
    if ('id' in state) await this.#leave(state.id);
  }

  async #leave(id: number): Promise<void> {
    try {
      await this.#heartbeats.end(id);
      await this.#store.transact(draftName(id), (draft, files) => endSessionsWithout(files, draft));
    } catch (error) {
      this.#context.logger.debug(`The session was left to time out: ${String(error)}`);
    }
  }

  #time(): number {
    return this.#context.clock.date().getTime();
  }
}

function seeking(): State {
  return { type: 'seeking', id: randomInt(1, 2 ** 48 - 1) };
}

function endSessionsWithout(files: ReadonlySet<string>, draft: Tree): void {
  for (const id of [...draft.sessions.keys()]) if (!files.has(heartbeatName(id))) endSession(draft, id);
}

function base64(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
}
