/** The result of one check. */
export interface Finding {
  /** The checked subject. */
  readonly check: string;
  readonly result: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** How to fix it. */
  readonly advice?: string;
  /** Exit code of `ndsr doctor` for a `fail`. */
  readonly exitCode?: number;
}
