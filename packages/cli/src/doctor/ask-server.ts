import { connect, type Socket } from 'node:net';
import type { ServerAddress } from '@ndsr/zookeeper-common';

/** A ZooKeeper server's answer to `srvr`. */
export interface ServerAnswer {
  /** For example `3.8.4`; undefined when the answer does not contain it. */
  readonly version: string | undefined;
  /** `standalone`, `leader`, `follower`, `observer`; undefined when it does not serve. */
  readonly mode: string | undefined;
}

/**
 * Requests the version of a server with the four-letter word `srvr`, which ZooKeeper allows by default.
 *
 * @returns undefined when the server is reachable but does not answer `srvr`
 * @throws {Error} of the socket when the server is unreachable; see its `code`
 */
export async function askServer({ host, port }: ServerAddress, timeoutMs: number): Promise<ServerAnswer | undefined> {
  const socket = await reach({ host, port }, timeoutMs);
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  try {
    socket.write('srvr');
    let answer = '';
    for await (const chunk of socket.setEncoding('utf8')) answer += chunk;
    return parseAnswer(answer);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function reach({ host, port }: ServerAddress, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

/** Parses an answer to `srvr`; undefined when it is not one. */
export function parseAnswer(text: string): ServerAnswer | undefined {
  const version = /^Zookeeper version: (\d+\.\d+\.\d+)/m.exec(text)?.[1];
  const mode = /^Mode: (\w+)/m.exec(text)?.[1];
  const doesNotServe = text.startsWith('This ZooKeeper instance is not currently serving requests');
  return version === undefined && mode === undefined && !doesNotServe ? undefined : { version, mode };
}
