/** @import { ServiceRegistry } from '@ndsr/core' */

/**
 * The shared backend of the demo's registries. The story uses only this and `ServiceRegistry`.
 *
 * @typedef {object} Place
 * @property {string} label for the headline
 * @property {() => ServiceRegistry} open one more registry, as in a process of its own
 * @property {() => Promise<Cable>} openWithCable the same with a connection that can be taken away
 * @property {() => Promise<void>} close stops every registry
 */

/**
 * @typedef {object} Cable
 * @property {ServiceRegistry} registry
 * @property {() => Promise<void>} unplug long enough, and its session ends
 * @property {() => Promise<void>} plugIn
 */

export {};
