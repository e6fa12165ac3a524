import { inspect } from 'node:util';
import { line } from './narrator.mjs';

/** @import { NodeData, ServiceRegistry } from '@ndsr/core' */

/** The registry calls of a typical server, with a description of each. */
export class Server {
  #name;
  #path;
  #registry;

  /**
   * @param {string} name
   * @param {string} path where it registers
   * @param {ServiceRegistry} registry its own
   */
  constructor(name, path, registry) {
    this.#name = name;
    this.#path = path;
    this.#registry = registry;
    registry.on('phase', ({ phase, previous }) => {
      if (previous === 'connected' || previous === 'suspended' || previous === 'lost') {
        if (phase !== 'stopped') line(name, `connection: ${previous} → ${phase}`);
      }
    });
  }

  /** @param {NodeData} data */
  async register(data) {
    line(this.#name, `setNode('${this.#path}', ${inspect(data)})`);
    await this.#registry.setNode(this.#path, data);
  }

  async stop() {
    line(this.#name, 'stop()');
    await this.#registry.stop();
  }
}
