/**
 * How far a snapshot can be trusted to be the truth of this moment.
 *
 * - A path that is watched over a working connection is `live`, as of the last word that came from the servers. They are
 *   asked for one in every third of the session timeout: while all is well a live path is never older than that and the
 *   way there and back. One that grows older tells of a connection on which nothing comes any more, before it breaks.
 * - `last-known` from then on: the connection broke (`suspended`, `lost`), `rebuild()` or `stop()` let go of it, or the
 *   servers refused to let the path be read. `asOf` stays at the last word before that, also when the session is taken for
 *   lost by our own clock, and until the path is read again: a new connection alone makes nothing live.
 */
export interface Freshness {
  /** `cache-file`: from the file of an earlier process. `none`: never seen. The others as above. */
  readonly origin: 'live' | 'last-known' | 'cache-file' | 'none';
  /** When it was last known to be the truth, by this machine's clock; null when never. */
  readonly asOf: Date | null;
  /** Milliseconds since `asOf`, for a live path by the clock that only grows; null when never. */
  readonly ageMs: number | null;
  /** Whether `guardEmpty` shows the old children in place of none. */
  readonly held: boolean;
}
