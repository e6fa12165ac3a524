// The calls of a ZooKeeper client library that the baseline needs. Types only.

/**
 * @template T
 * @typedef {(error: unknown, value?: T) => void} Done callback
 */

/** @typedef {{ kind: 'node' | 'children', path: string }} BaselineEvent a watched node or its list of children changed */

/** @typedef {'persistent' | 'ephemeral' | 'sequential'} Mode sequential is ephemeral too */

/**
 * One session of a bare client library. The calls are only renamed.
 *
 * @typedef {object} BaselineClient
 * @property {number} window the number of requests in flight at which the library is fastest
 * @property {(servers: string, timeoutMs: number) => Promise<void>} connect
 * @property {() => Promise<void>} close
 * @property {(listener: (event: BaselineEvent) => void) => void} onEvent
 * @property {(listener: () => void) => void} onExpired
 * @property {(path: string, data: Buffer, mode: Mode, done: Done<string>) => void} create
 * @property {(path: string, watch: boolean, done: Done<Buffer>) => void} getData
 * @property {(path: string, watch: boolean, done: Done<string[]>) => void} getChildren
 * @property {(path: string, watch: boolean, done: Done<boolean>) => void} exists
 * @property {(path: string, data: Buffer, done: Done<void>) => void} setData
 * @property {(path: string, done: Done<void>) => void} remove
 */

export {};
