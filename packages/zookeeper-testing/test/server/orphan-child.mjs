import { dirname } from 'node:path';
import { ZooKeeperServer } from '../../dist/index.js';

// Started by orphan.test.ts, which kills this process; the server keeps it running until then.
const server = await ZooKeeperServer.start();
console.log(JSON.stringify({ pid: server.pid, folder: dirname(server.dataDir) }));
