// The few calls of a ZooKeeper client library that work by hand needs. Types only.

/**
 * @template T
 * @typedef {(error: unknown, value?: T) => void} Done nothing or an error
 */

/** @typedef {{ kind: 'node' | 'children', path: string }} HandEvent something about a watched node, or its list, changed */

/** @typedef {'persistent' | 'ephemeral' | 'sequential'} Mode sequential is ephemeral too */

/**
 * One session, by a bare client library: its own calls, and nothing put between them and the library but the names.
 *
 * @typedef {object} Hand
 * @property {number} window so many requests in flight are its fastest
 * @property {(servers: string, timeoutMs: number) => Promise<void>} connect
 * @property {() => Promise<void>} close
 * @property {(listener: (event: HandEvent) => void) => void} onEvent
 * @property {(listener: () => void) => void} onExpired
 * @property {(path: string, data: Buffer, mode: Mode, done: Done<string>) => void} create
 * @property {(path: string, watch: boolean, done: Done<Buffer>) => void} getData
 * @property {(path: string, watch: boolean, done: Done<string[]>) => void} getChildren
 * @property {(path: string, watch: boolean, done: Done<boolean>) => void} exists
 * @property {(path: string, data: Buffer, done: Done<void>) => void} setData
 * @property {(path: string, done: Done<void>) => void} remove
 */

export {};
