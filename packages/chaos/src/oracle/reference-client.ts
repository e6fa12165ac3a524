import type { ServerNodes } from './server-nodes.mjs';

/** Another client, connected directly to the servers, that reads and changes nodes. */
export interface ReferenceClient {
  /** Every node at and below `root`. */
  read(root: string): Promise<ServerNodes>;
  /** Creates a persistent node and its parents. An existing node is left unchanged. */
  create(path: string, data?: object): Promise<void>;
  write(path: string, data: object): Promise<void>;
  /** Resolves too when the node does not exist. */
  remove(path: string): Promise<void>;
  close(): Promise<void>;
}
