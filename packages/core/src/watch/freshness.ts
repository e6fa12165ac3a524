/** How far a snapshot can be trusted to be the truth of this moment. */
export interface Freshness {
  /**
   * `live`: watched over a working connection. `last-known`: what was live until the connection broke, or until the
   * servers refused to let it be read. `cache-file`: from the file of an earlier process. `none`: never seen.
   */
  readonly origin: 'live' | 'last-known' | 'cache-file' | 'none';
  /** When it was last known to be the truth; null when never. For a live path: now. */
  readonly asOf: Date | null;
  /** Milliseconds since `asOf`; 0 for a live path, null when never. */
  readonly ageMs: number | null;
  /** Whether `guardEmpty` shows the old children in place of none. */
  readonly held: boolean;
}
