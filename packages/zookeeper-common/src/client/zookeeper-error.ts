/** The servers' error numbers that this code branches on. They are the same in every client library. */
export const errorNumbers = {
  connectionLoss: -4,
  unimplemented: -6,
  operationTimeout: -7,
  badArguments: -8,
  noNode: -101,
  noAuth: -102,
  badVersion: -103,
  noChildrenForEphemerals: -108,
  nodeExists: -110,
  notEmpty: -111,
  sessionExpired: -112,
  invalidAcl: -114,
  authFailed: -115,
  sessionMoved: -118,
  quotaExceeded: -125,
} as const;

/** A failed operation at the client port, with the servers' number, whatever the library calls it. */
export class ZooKeeperError extends Error {
  override readonly name = 'ZooKeeperError';
  readonly number: number;

  constructor(number: number, message = `ZooKeeper error ${number}`, options?: ErrorOptions) {
    super(message, options);
    this.number = number;
  }
}

/** The error of a request whose connection broke, or that found none: its outcome is unknown. */
export function connectionLoss(message = 'ZooKeeper error CONNECTION_LOSS (-4)'): ZooKeeperError {
  return new ZooKeeperError(errorNumbers.connectionLoss, message);
}

/** The error of a request whose arguments the client library rejected. */
export function badArguments(cause: unknown): ZooKeeperError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ZooKeeperError(errorNumbers.badArguments, `ZooKeeper error BAD_ARGUMENTS (-8): ${reason}`, { cause });
}

/** Another client changed a node before it had its ACL: see the duties of `ZooKeeperClient`. */
export class TamperedError extends Error {
  override readonly name = 'TamperedError';
}
