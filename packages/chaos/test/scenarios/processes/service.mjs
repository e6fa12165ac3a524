// A service: listens on a port, registers it, reports it, and serves until it is killed.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { openRegistry } from '@ndsr/core';

const [url, folder, port, data] = process.argv.slice(2);
// The test that started this process has exited: exit too.
process.stdin.resume().once('end', () => process.exit(1));

const server = createServer().listen(Number(port), '127.0.0.1');
await once(server, 'listening');
const registry = await openRegistry(url);
await registry.setNode(`${folder}/127.0.0.1:${port}`, JSON.parse(data));
console.log('registered');
