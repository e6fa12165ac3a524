import { createServer, type Server } from 'node:net';
import { FakeClock } from '@ndsr/test-support';
import { afterEach, describe, expect, test } from 'vitest';
import { LibraryHandle } from '../../src/library/library-handle.js';
import { FakeNative } from '../support/fake-library.js';

const sockets: Server[] = [];

/** A socket that is opened in this very step, and given the lowest number that is free. It has no file. */
function openSocket(): Server {
  const server = createServer().listen({ path: `\0ndsr-${process.pid}-${sockets.length}` });
  sockets.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(sockets.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A handle whose client opens a real socket, as the library does. */
function dial() {
  const clock = new FakeClock();
  const native = new FakeNative();
  let socket: Server | undefined;
  const init = native.init.bind(native);
  native.init = (config) => {
    socket = openSocket();
    return init(config);
  };
  class Library {
    readonly native = native;
  }
  const handle = new LibraryHandle(Library as never, clock);
  handle.open({ address: '127.0.0.1:1', sessionTimeoutMs: 1_000, resume: null, credentials: [] });
  /** Both attempts fail at once: the library has closed its socket, and emits nothing. */
  const fails = (): void => {
    socket?.close();
    native.state = 0;
  };
  return { clock, native, handle, fails };
}

describe('a handle that is given up', () => {
  test('after its attempt failed is closed', () => {
    const { native, handle, fails } = dial();
    fails();
    handle.abandon();
    expect(native.isClosed).toBe(true);
  });

  test('while it connects is closed: the descriptor is its own', () => {
    const { native, handle } = dial();
    handle.abandon();
    expect(native.isClosed).toBe(true);
  });

  test('when the number of its socket is another one’s is kept, and does nothing, until that is over', async () => {
    const { clock, native, handle, fails } = dial();
    fails();
    const other = openSocket();
    handle.abandon();
    expect(native.isClosed).toBe(false);
    expect(native.servers.at(-1)).toBe('nowhere:0');
    await clock.advance(5_000);
    expect(native.isClosed).toBe(false);
    other.close();
    await clock.advance(1_000);
    expect(native.isClosed).toBe(true);
  });

  test('when it is connected is closed, even if the descriptor of its first attempt is reused', () => {
    const { native, handle, fails } = dial();
    fails();
    openSocket();
    native.state = 3;
    handle.abandon();
    expect(native.isClosed).toBe(true);
  });
});
