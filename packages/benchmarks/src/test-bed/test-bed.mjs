import { SessionTap } from '@ndsr/zookeeper-testing';
import { DriverProcess } from './driver-process.mjs';
import { MemoryBackgroundLoad } from './memory-background-load.mjs';
import { TrafficMeter } from './traffic-meter.mjs';

/** @import { ZooKeeperServer } from '@ndsr/zookeeper-testing' */
/** @import { Traffic } from './traffic-meter.mjs' */

/**
 * @typedef {object} BackgroundLoad operations of other clients
 * @property {(paths: readonly string[]) => Promise<void>} create persistent nodes, parents first
 * @property {(path: string, data: object) => Promise<void>} write
 * @property {(path: string) => Promise<void>} touch writes the time into a node
 * @property {(paths: readonly string[], signal: AbortSignal) => Promise<void>} keepBusy
 */

/**
 * @typedef {object} TestBedSettings shared by all test beds of a run
 * @property {ZooKeeperServer} server
 * @property {BackgroundLoad} backgroundLoad on that server
 * @property {string | undefined} profileFolder
 */

/** @typedef {'server' | 'meter' | 'tap'} Route how a subject reaches the server */

const sessionTimeoutMs = 10_000;

/** The test bed of one subject and one workload: its driver process, its own root on the server, and the background load. */
export class TestBed {
  subject;
  /** Exists and is empty once the subject is connected. */
  root;
  /** @type {BackgroundLoad} */
  backgroundLoad;
  #server;
  #profileFolder;
  /** @type {DriverProcess | undefined} */
  #started;
  /** @type {SessionTap | undefined} */
  #tap;
  /** @type {TrafficMeter | undefined} */
  #meter;

  /**
   * @param {string} subject
   * @param {string} root
   * @param {TestBedSettings} settings
   */
  constructor(subject, root, { server, backgroundLoad, profileFolder }) {
    this.subject = subject;
    this.root = root;
    this.#server = server;
    this.#profileFolder = profileFolder;
    this.backgroundLoad = this.#isInMemory
      ? new MemoryBackgroundLoad((command, args) => this.ask(command, args))
      : backgroundLoad;
  }

  /**
   * Starts the subject and connects it.
   *
   * @param {{ route?: Route, unpaced?: boolean }} [options]
   */
  async open({ route = 'server', unpaced = false } = {}) {
    const servers = await this.#addressOf(route);
    this.#started = new DriverProcess(this.subject, this.#profileFolder);
    await this.#driver.ask('open', { servers, timeoutMs: sessionTimeoutMs, unpaced });
    await this.backgroundLoad.create([this.root]);
  }

  /**
   * Runs a command in the subject's driver.
   *
   * @param {string} command
   * @param {object} [args]
   */
  ask(command, args = {}) {
    return this.#driver.ask(command, args);
  }

  /** @returns {Traffic} between the subject and the server so far, on the route `meter` */
  traffic() {
    if (this.#meter === undefined) throw new Error('The subject is not connected through a meter');
    return this.#meter.read();
  }

  /** Ends the subject's session as a server does. Needs the route `tap`. */
  async endSession() {
    if (this.#isInMemory) {
      await this.#driver.ask('stageEndSession');
      return;
    }
    const session = this.#tap?.sessions.at(-1);
    if (session === undefined) throw new Error('The subject is not connected through a tap');
    await this.#tap?.end(session);
  }

  async close() {
    await this.#started?.shutDown();
    this.#tap?.close();
    this.#meter?.close();
  }

  get #driver() {
    if (this.#started === undefined) throw new Error('The subject was not started');
    return this.#started;
  }

  get #isInMemory() {
    return this.subject === 'memory';
  }

  /** @param {Route} route */
  async #addressOf(route) {
    if (route === 'server' || this.#isInMemory) return this.#server.address;
    if (route === 'meter') {
      this.#meter = await TrafficMeter.open(this.#server);
      return this.#meter.address;
    }
    this.#tap = await SessionTap.open(this.#server);
    return `${this.#tap.host}:${this.#tap.port}`;
  }
}
