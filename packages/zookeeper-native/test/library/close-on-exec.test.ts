import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { inheritsSockets } from '../../src/library/close-on-exec.js';
import { connected } from '../support/recorder.js';

/** A process that has inherited a socket, as it would one of an addon that was built wrong. */
async function heir(): Promise<{ readonly port: number; readonly proc: string }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  const child = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', socket] });
  await once(child, 'spawn');
  onTestFinished(() => {
    child.kill();
    socket.destroy();
    server.close();
  });
  return { port, proc: `/proc/${child.pid}` };
}

describe.runIf(process.platform === 'linux')('sockets that child processes inherit', () => {
  test('are none of Node, and none of the addon as it is built here', async () => {
    await using server = await ZooKeeperServer.start();
    await connected([server]);
    const inherits = await inheritsSockets(new Set([server.port]));
    expect(inherits, 'was built without with_sock_cloexec=yes, which npm test sets').toBe(false);
  });

  test('are found by the port that they are connected to', async () => {
    const { port, proc } = await heir();
    expect(await inheritsSockets(new Set([port]), proc)).toBe(true);
    expect(await inheritsSockets(new Set([port + 1]), proc)).toBe(false);
    expect(await inheritsSockets(new Set([port]))).toBe(false);
  });

  test('is false if it cannot be determined', async () => {
    expect(await inheritsSockets(new Set([1]), '/nowhere')).toBe(false);
  });

  test('are warned of once in the process, with the way to build it right', async () => {
    const { port, proc } = await heir();
    const warnings: string[] = [];
    // This file has looked already, at the connection above; a copy of the module has not.
    vi.resetModules();
    const fresh = await import('../../src/library/close-on-exec.js');
    for (let time = 0; time < 2; time += 1) {
      await fresh.warnOfInheritedSockets(new Set([port]), (message) => warnings.push(message), proc);
    }
    expect(warnings).toEqual([
      expect.stringContaining('with_sock_cloexec=yes npm_config_build_from_source=true npm rebuild zookeeper'),
    ]);
  });
});
