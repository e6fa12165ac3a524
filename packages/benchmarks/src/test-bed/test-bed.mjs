import { SessionTap } from '@ndsr/zookeeper-testing';
import { MemoryStagehand } from './memory-stagehand.mjs';
import { Player } from './player.mjs';
import { TrafficMeter } from './traffic-meter.mjs';

/** @import { ZooKeeperServer } from '@ndsr/zookeeper-testing' */
/** @import { Traffic } from './traffic-meter.mjs' */

/**
 * @typedef {object} Stagehand what others do
 * @property {(paths: readonly string[]) => Promise<void>} create persistent nodes, parents first
 * @property {(path: string) => Promise<void>} touch writes the time into a node
 * @property {(paths: readonly string[], signal: AbortSignal) => Promise<void>} keepBusy
 */

/**
 * @typedef {object} Stage what the scenes of a run share
 * @property {ZooKeeperServer} server
 * @property {Stagehand} stagehand on that server
 * @property {string | undefined} profileFolder
 */

/** @typedef {'server' | 'meter' | 'tap'} Route how a contestant reaches the server */

const sessionTimeoutMs = 10_000;

/** One contestant at one work: its process, a root of its own on the server, and who else takes part. */
export class Scene {
  contestant;
  /** Exists, and is empty, once the contestant is connected. */
  root;
  /** @type {Stagehand} */
  stagehand;
  #server;
  #profileFolder;
  /** @type {Player | undefined} */
  #started;
  /** @type {SessionTap | undefined} */
  #tap;
  /** @type {TrafficMeter | undefined} */
  #meter;

  /**
   * @param {string} contestant
   * @param {string} root
   * @param {Stage} stage
   */
  constructor(contestant, root, { server, stagehand, profileFolder }) {
    this.contestant = contestant;
    this.root = root;
    this.#server = server;
    this.#profileFolder = profileFolder;
    this.stagehand = this.#isInMemory ? new MemoryStagehand((command, args) => this.ask(command, args)) : stagehand;
  }

  /**
   * Starts the contestant and connects it.
   *
   * @param {{ route?: Route, unpaced?: boolean }} [options]
   */
  async open({ route = 'server', unpaced = false } = {}) {
    const servers = await this.#addressOf(route);
    this.#started = new Player(this.contestant, this.#profileFolder);
    await this.#player.ask('open', { servers, timeoutMs: sessionTimeoutMs, unpaced });
    await this.stagehand.create([this.root]);
  }

  /**
   * Has the contestant do something.
   *
   * @param {string} command
   * @param {object} [args]
   */
  ask(command, args = {}) {
    return this.#player.ask(command, args);
  }

  /** @returns {Traffic} between the contestant and the server so far, on the route `meter` */
  traffic() {
    if (this.#meter === undefined) throw new Error('The contestant does not go through a meter');
    return this.#meter.read();
  }

  /** Ends the contestant's session as a server does; on the route `tap`. */
  async endSession() {
    if (this.#isInMemory) {
      await this.#player.ask('stageEndSession');
      return;
    }
    const session = this.#tap?.sessions.at(-1);
    if (session === undefined) throw new Error('The contestant does not go through a tap');
    await this.#tap?.end(session);
  }

  async close() {
    await this.#started?.leave();
    this.#tap?.close();
    this.#meter?.close();
  }

  get #player() {
    if (this.#started === undefined) throw new Error('The contestant was not started');
    return this.#started;
  }

  get #isInMemory() {
    return this.contestant === 'memory';
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
