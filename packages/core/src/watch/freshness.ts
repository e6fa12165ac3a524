/** `now` while the backend guarantees that a node is current; otherwise the last time it did. */
export type LastVerified = 'now' | Date;

/**
 * How current a snapshot is.
 *
 * - A path that is watched over a working connection is `live`, as of the last message from the servers. The client pings
 *   them in every third of the session timeout, so a live path is normally never older than that plus one round trip.
 *   One that grows older indicates a connection on which nothing arrives any more, before it breaks.
 * - It is `last-known` after that: the connection broke (`suspended`, `lost`), `rebuild()` or `stop()` closed it, or the
 *   servers refused to let the path be read. `asOf` stays at the last message before that, also when our own clock declares
 *   the session lost, and until the path is read again: a new connection alone makes nothing live.
 */
export interface Freshness {
  /** `cache-file`: from the file of an earlier process. `none`: never read. The others as above. */
  readonly origin: 'live' | 'last-known' | 'cache-file' | 'none';
  /** When it was last known to be current, by this machine's clock; null when never. */
  readonly asOf: Date | null;
  /** Milliseconds since `asOf`, for a live path by the monotonic clock; null when never. */
  readonly ageMs: number | null;
  /** True while `guardEmpty` shows the old children instead of none. */
  readonly held: boolean;
}
