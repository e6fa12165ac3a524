import type { Truth } from './truth.js';

/** Somebody outside, directly at the servers, who looks and changes things. */
export interface Witness {
  /** Everything at and below `root`. */
  read(root: string): Promise<Truth>;
  /** Makes a persistent node; its parents too. One that is there already is left as it is. */
  create(path: string, data?: object): Promise<void>;
  write(path: string, data: object): Promise<void>;
  /** One that is not there is as good as removed. */
  remove(path: string): Promise<void>;
  close(): Promise<void>;
}
