/** `lib/Exception.js`. */
export interface ExceptionModule {
  create: (code: number, path?: string) => Error;
}

const cured = new WeakSet<ExceptionModule>();

/** An error whose number the library has no name for, in the shape of the library's own errors. */
class UnknownCodeError extends Error {
  readonly code: number;
  readonly path: string | undefined;

  constructor(code: number, path: string | undefined) {
    super(`ZooKeeper error ${code}`);
    this.code = code;
    this.path = path;
  }

  getCode(): number {
    return this.code;
  }

  getName(): string {
    return `ZOOKEEPER_${-this.code}`;
  }

  getPath(): string | undefined {
    return this.path;
  }
}

/**
 * The library throws on an error number younger than itself (QUOTA_EXCEEDED, SESSION_MOVED, NO_WATCHER, ...), in its
 * data handler: an uncaught exception, and the request is never answered. Its function is shared by all its clients in
 * the process, so this is done once.
 */
export function acceptUnknownCodes(exception: ExceptionModule): void {
  if (cured.has(exception)) return;
  cured.add(exception);
  const { create } = exception;
  exception.create = (code, path) => {
    try {
      return create(code, path);
    } catch {
      return new UnknownCodeError(code, path);
    }
  };
}
