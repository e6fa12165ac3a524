/** `lib/Exception.js`. */
export interface ExceptionModule {
  create: (code: number, path?: string) => Error;
}

const patched = new WeakSet<ExceptionModule>();

/** An error whose number the library does not know, with the members of the library's own errors. */
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
 * The library throws on error numbers that are newer than itself (QUOTA_EXCEEDED, SESSION_MOVED, NO_WATCHER, ...), in its
 * data handler: an uncaught exception, and the request is never answered. All its clients in the process share
 * this function, so it is patched once.
 */
export function acceptUnknownCodes(exception: ExceptionModule): void {
  if (patched.has(exception)) return;
  patched.add(exception);
  const { create } = exception;
  exception.create = (code, path) => {
    try {
      return create(code, path);
    } catch {
      return new UnknownCodeError(code, path);
    }
  };
}
