/**
 * The few members of `zookeeper` that this package uses.
 *
 * Of its client only `native` is used, the addon's own object: every method of the class around it formats all its
 * arguments for a log line, including the data, before it checks whether logging is enabled.
 */
export type LibraryModule = new (config: object) => { readonly native: NativeClient };

/** `connect`, `connecting`, `close`, `created`, `changed`, `deleted`, `child`, `notwatching`. */
type NativeListener = (event: string, client: unknown, detail: unknown) => void;

/**
 * A session of the C client. A method that returns a negative number never calls back. Wrong arguments end the process:
 * for example, a missing callback fails an assertion.
 */
export interface NativeClient {
  /** Called for each event. Set it before `init`. */
  emit: NativeListener;
  readonly state: number;
  /** The granted session timeout, ms; before that the requested one; -1 before `init`. */
  readonly timeout: number;
  /** Hexadecimal, unsigned. */
  readonly client_id: string;
  readonly client_password: string;
  /** Returns itself, or an error, which it does not throw. */
  init(config: NativeConfig): unknown;
  /** While connected it blocks until the servers answer, up to 4.5 s. */
  close(): unknown;
  /** Adds credentials, which are sent at the beginning of each connection. Call it after `init`. */
  add_auth(scheme: string, auth: string, callback: NativeCallback<[]>): number;
  set_servers(servers: string): number;
  a_exists(path: string, watch: boolean, callback: NativeCallback<[stat: NativeStat | null]>): number;
  a_get(path: string, watch: boolean, callback: NativeCallback<[stat: NativeStat, data: Buffer | null]>): number;
  a_get_children2(
    path: string,
    watch: boolean,
    callback: NativeCallback<[names: string[] | null, stat: NativeStat]>,
  ): number;
  a_sync(path: string, callback: NativeCallback<[path: string]>): number;
  a_create(path: string, data: Buffer, flags: number, callback: NativeCallback<[path: string]>): number;
  a_set(path: string, data: Buffer, version: number, callback: NativeCallback<[stat: NativeStat | null]>): number;
  a_set_acl(path: string, version: number, acl: readonly NativeAcl[], callback: NativeCallback<[]>): number;
  a_delete_(path: string, version: number, callback: NativeCallback<[]>): number;
}

export interface NativeConfig {
  /** `host:port`, comma-separated; an IPv6 address without brackets. */
  readonly connect: string;
  /** The session timeout, ms. */
  readonly timeout: number;
  readonly debug_level: number;
  readonly host_order_deterministic: boolean;
  readonly response_counter_limit: number;
  /** The session to resume: both or none. */
  readonly client_id?: string;
  readonly client_password?: string;
}

export interface NativeAcl {
  readonly scheme: string;
  readonly auth: string;
  /** A sum of bits. */
  readonly perm: number;
}

/** With a code other than 0 the values are meaningless. */
export type NativeCallback<Values extends unknown[]> = (code: number, message: string, ...values: Values) => void;

export interface NativeStat {
  /** 64-bit fields, as doubles. */
  readonly czxid: number;
  readonly mzxid: number;
  readonly pzxid: number;
  readonly ctime: Date;
  readonly mtime: Date;
  readonly version: number;
  readonly cversion: number;
  readonly aversion: number;
  /** Hexadecimal, unsigned, without leading zeros. */
  readonly ephemeralOwner: string;
  readonly dataLength: number;
  readonly numChildren: number;
}

/** The used values of `NativeClient.state`. */
export const nativeStates = { betweenAttempts: 0, connected: 3 } as const;
