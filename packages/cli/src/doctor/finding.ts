/** What one look has found. */
export interface Finding {
  /** What was looked at. */
  readonly check: string;
  readonly result: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do about it. */
  readonly advice?: string;
  /** What `ndsr doctor` ends with for a `fail`. */
  readonly exitCode?: number;
}
