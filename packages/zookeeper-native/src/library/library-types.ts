/**
 * The few members of `zookeeper` that this package uses.
 *
 * Of its client only `native` is used, the addon's own object: every method of the class around it formats all its
 * arguments for a log line, the data among them, before it looks whether anybody reads the log.
 */
export type LibraryModule = new (config: object) => { readonly native: NativeClient };

/** `connect`, `connecting`, `close`, `created`, `changed`, `deleted`, `child`, `notwatching`. */
type NativeListener = (event: string, client: unknown, detail: unknown) => void;

/**
 * A session of the C client. A method that returns a negative number never calls back. Wrong arguments end the process:
 * a missing callback, for one, fails an assertion.
 */
export interface NativeClient {
  /** Called for each event. To be set before `init`. */
  emit: NativeListener;
  readonly state: number;
  /** Granted by the servers, ms; before that, asked. -1 before `init`. */
  readonly timeout: number;
  /** Hexadecimal, unsigned. */
  readonly client_id: string;
  readonly client_password: string;
  /** Returns itself, or an error: it throws neither. */
  init(config: NativeConfig): unknown;
  /** While connected it waits for the servers, up to 4.5 s, in which nothing else runs. */
  close(): unknown;
  /** Kept, and sent at the beginning of each connection. To be called after `init`. */
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
  /** Of the session, ms. */
  readonly timeout: number;
  readonly debug_level: number;
  readonly host_order_deterministic: boolean;
  readonly response_counter_limit: number;
  /** Of a session to go on with: both or none. */
  readonly client_id?: string;
  readonly client_password?: string;
}

export interface NativeAcl {
  readonly scheme: string;
  readonly auth: string;
  /** A sum of bits. */
  readonly perm: number;
}

/** With a code other than 0 the values mean nothing. */
export type NativeCallback<Values extends unknown[]> = (code: number, message: string, ...values: Values) => void;

export interface NativeStat {
  /** 64 bits wide, as doubles. */
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

/** `NativeClient.state`, as far as used. */
export const states = { betweenAttempts: 0, connected: 3 } as const;
