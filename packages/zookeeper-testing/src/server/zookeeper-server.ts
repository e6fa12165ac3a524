import { type Address, formatHostPort } from '../port/address.js';
import { isPortFree } from '../port/listening.js';
import { ReservedPort } from '../port/reserved-port.js';
import { waitUntil } from '../port/wait-until.js';
import { accepts } from './accepts.js';
import { findZooKeeper } from './find-zookeeper.js';
import { forceCloseSession } from './force-close-session.js';
import { type FourLetterWord, fourLetterWord } from './four-letter-word.js';
import { OrphanGuard } from './orphan-guard.js';
import type { ServerConfiguration, ServerTls } from './server-configuration.js';
import { parseCounters, type ServerCounters } from './server-counters.js';
import { ServerFolder } from './server-folder.js';
import { ServerProcess } from './server-process.js';
import { sessionPassword } from './session-password.js';

const PACKAGE = 'org.apache.zookeeper.server';
const COMMAND_TIMEOUT_MS = 20_000;
const MODE_TIMEOUT_MS = 5_000;
const PORT_ATTEMPTS = 3;

/** The role that a serving server reports. */
export type ServerMode = 'standalone' | 'leader' | 'follower' | 'observer';

/** Address and speed of a server. */
export interface ZooKeeperServerOptions {
  /** @default '127.0.0.1' */
  readonly host?: '127.0.0.1' | '::1';
  /** @default a free one */
  readonly port?: number;
  /**
   * ZooKeeper's unit of time, ms: sessions expire in steps of it, and may last 2 to 20 of it unless limits are given.
   * @default 200
   */
  readonly tickTimeMs?: number;
  /** @default 2 ticks */
  readonly minSessionTimeoutMs?: number;
  /** @default 20 ticks */
  readonly maxSessionTimeoutMs?: number;
  /**
   * Opens a second port, for TLS: see {@link ZooKeeperServer.secure}. A `CertificateAuthority` creates the files.
   * @default none
   */
  readonly tls?: ServerTls;
  /** Added after our own, so that they take precedence, e.g. `['-Xmx1g']`. @default the heap is limited to 400 MiB */
  readonly javaOptions?: readonly string[];
  /** How long a start or restart may take until the server serves, ms. @default 60000 */
  readonly startTimeoutMs?: number;
}

/** A configuration, and how to run it. */
export interface ServerSettings extends ServerConfiguration {
  /** Kept while the server is down, and released once it has stopped. */
  readonly reserved: readonly ReservedPort[];
  readonly javaOptions: readonly string[];
  readonly startTimeoutMs: number;
}

/**
 * A real ZooKeeper server in a process and a temporary folder of its own.
 *
 * It ends with the process that started it, however that ends. POSIX systems only.
 */
export class ZooKeeperServer implements AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** `127.0.0.1:2181` or `[::1]:2181`. */
  readonly address: string;
  readonly #settings: ServerSettings;
  readonly #folder: ServerFolder;
  readonly #guard: OrphanGuard;
  #process: ServerProcess | undefined;
  #starting: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;

  private constructor(settings: ServerSettings, folder: ServerFolder, guard: OrphanGuard) {
    this.host = settings.host;
    this.port = settings.port;
    this.address = formatHostPort(settings);
    this.#settings = settings;
    this.#folder = folder;
    this.#guard = guard;
  }

  /**
   * Starts a standalone server, and resolves once it serves.
   * @throws {Error} ZooKeeper or Java is missing, or the server does not serve in time; the message ends with the
   * server's log
   */
  static async start(options: ZooKeeperServerOptions = {}): Promise<ZooKeeperServer> {
    const { tls, ...rest } = options;
    const { host = '127.0.0.1', tickTimeMs = 200, javaOptions = [], startTimeoutMs = 60_000 } = rest;
    for (let attempt = 1; ; attempt++) {
      const reserved: ReservedPort[] = [];
      const reserve = async (): Promise<number> => {
        const one = await ReservedPort.reserve(host);
        reserved.push(one);
        return one.port;
      };
      const port = options.port ?? (await reserve());
      const secure = tls === undefined ? {} : { secure: { ...tls, port: await reserve() } };
      const settings = { ...rest, host, port, ...secure, reserved, tickTimeMs, javaOptions, startTimeoutMs };
      const server = await ZooKeeperServer.launch(settings);
      try {
        await server.waitUntilServing();
        return server;
      } catch (error) {
        await server.stop();
        const another = (options.port === undefined || tls !== undefined) && attempt < PORT_ATTEMPTS;
        if (!another || (await server.#portsAreFree())) throw error;
      }
    }
  }

  /**
   * Starts the process without waiting: a member of an ensemble serves only while a majority runs. Use {@link
   * waitUntilServing}.
   */
  static async launch(settings: ServerSettings): Promise<ZooKeeperServer> {
    const folder = await ServerFolder.create();
    const guard = await OrphanGuard.open(folder.path);
    const server = new ZooKeeperServer(settings, folder, guard);
    try {
      await server.#run();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** `undefined` while it is down. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /**
   * The address of the TLS port.
   * @throws {Error} it was started without `tls`
   */
  get secure(): Address {
    const { host, secure } = this.#settings;
    if (secure === undefined) throw new Error(`ZooKeeper ${this.address} was started without tls`);
    return { host, port: secure.port };
  }

  /** Its data folder, removed by `stop`. */
  get dataDir(): string {
    return this.#folder.dataDir;
  }

  /**
   * Ends the process with SIGKILL and resolves once it has ended; port and data are kept for {@link restart}. Has no
   * effect while it is down.
   */
  async kill(): Promise<void> {
    // A process that is just being started must not escape; its failure is reported to the caller that starts it.
    await this.#starting?.catch(() => undefined);
    await this.#process?.kill();
  }

  /**
   * Starts it again on the same port with the same data, ending it first if it runs, and resolves once it serves.
   * @throws {Error} after `stop()`, or if it does not serve in time; a member of an ensemble needs a majority for that
   */
  async restart(): Promise<void> {
    await this.kill();
    await this.#run();
    await this.waitUntilServing();
  }

  /**
   * Freezes the process (SIGSTOP), and resolves once none of its threads runs: connections stay open and nothing
   * answers.
   * @throws {Error} while it is down
   */
  async freeze(): Promise<void> {
    await this.#runningProcess().freeze();
  }

  /**
   * Continues a frozen process (SIGCONT). Sessions that were silent for too long expire then.
   * @throws {Error} while it is down
   */
  thaw(): void {
    this.#runningProcess().thaw();
  }

  /**
   * Empties the data folder, as if the server were new.
   * @throws {Error} while the server runs
   */
  async wipe(): Promise<void> {
    if (this.pid !== undefined) throw new Error(`ZooKeeper ${this.address} runs: kill() it before wipe()`);
    await this.#folder.wipe();
  }

  /** Ends the process and removes its folder. Idempotent; nothing can be restarted afterwards. */
  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /**
   * Sends a four letter word, e.g. `mntr` or `wchs`, and returns the answer. `timeoutMs` is 20000 unless given.
   * @throws {Error} there is no complete answer in time, as from a server that is down or frozen
   */
  command(word: FourLetterWord, { timeoutMs = COMMAND_TIMEOUT_MS }: { timeoutMs?: number } = {}): Promise<string> {
    return fourLetterWord(this, word, timeoutMs);
  }

  /**
   * Ends a session, as the server does with one that has expired: its ephemeral nodes are deleted, and its client is
   * notified of the expiry when it reconnects. Has no effect on a session that has already ended.
   * @throws {Error} the server cannot be reached, or the client resumes the session every time
   */
  endSession(sessionId: bigint): Promise<void> {
    return forceCloseSession(this, sessionId, sessionPassword(sessionId));
  }

  /** Returns the current counters. Rejects as {@link command} does. */
  async counters(): Promise<ServerCounters> {
    return parseCounters(await this.command('mntr'));
  }

  /**
   * Returns the role in which it serves; `undefined` while it does not serve: down, frozen, or without a majority.
   * The server has 5000 ms to answer, unless `timeoutMs` is given.
   */
  async mode({ timeoutMs = MODE_TIMEOUT_MS }: { timeoutMs?: number } = {}): Promise<ServerMode | undefined> {
    const answer = await this.command('srvr', { timeoutMs }).catch(() => '');
    return /^Mode: (standalone|leader|follower|observer)$/m.exec(answer)?.[1] as ServerMode | undefined;
  }

  /**
   * Resolves once it accepts requests.
   * @throws {Error} the process ends, or does not serve within the start's time limit; the message ends with the
   * server's log
   */
  async waitUntilServing(): Promise<void> {
    try {
      await waitUntil('serving', this.#settings.startTimeoutMs, (lookTimeoutMs) => {
        if (this.pid === undefined) throw new Error(`the process has ended (${this.#process?.ending ?? 'never ran'})`);
        return this.#serves(lookTimeoutMs);
      });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const log = await this.#folder.logTail();
      throw new Error(`ZooKeeper ${this.address} does not serve: ${reason}. Its log ends with:\n${log}`, { cause });
    }
  }

  async #serves(timeoutMs: number): Promise<boolean> {
    // The port may have gone to another server in the meantime; only ours has our data folder.
    const answer = await this.command('conf', { timeoutMs }).catch(() => '');
    const serves = answer.includes(`dataDir=${this.dataDir}`) && (await this.mode({ timeoutMs })) !== undefined;
    // The secure port is opened last.
    return serves && (this.#settings.secure === undefined || accepts(this.secure, timeoutMs));
  }

  #run(): Promise<void> {
    if (this.#stopped !== undefined) return Promise.reject(new Error(`ZooKeeper ${this.address} was stopped`));
    this.#starting = this.#spawn();
    return this.#starting;
  }

  async #spawn(): Promise<void> {
    const { java, classPath } = findZooKeeper();
    await this.#folder.prepare(this.#settings);
    const main = this.#settings.quorum ? `${PACKAGE}.quorum.QuorumPeerMain` : `${PACKAGE}.ZooKeeperServerMain`;
    // With UsePerfData a killed JVM leaves a file behind; the serial collector starts fastest and suits small machines.
    const javaOptions = ['-Xmx400m', '-XX:+UseSerialGC', '-XX:-UsePerfData', ...this.#settings.javaOptions];
    const args = [...javaOptions, '-cp', classPath, main, this.#folder.configurationFile];
    this.#process = await ServerProcess.spawn(java, args, this.#folder.logFile, (pid) => this.#guard.watch(pid));
  }

  async #end(): Promise<void> {
    await this.kill();
    for (const port of this.#settings.reserved) port.release();
    await this.#folder.remove();
    await this.#guard.close();
  }

  async #portsAreFree(): Promise<boolean> {
    const { host, port, secure } = this.#settings;
    return (await isPortFree(port, host)) && (secure === undefined || (await isPortFree(secure.port, host)));
  }

  #runningProcess(): ServerProcess {
    if (this.#process?.pid === undefined) throw new Error(`ZooKeeper ${this.address} does not run`);
    return this.#process;
  }
}
