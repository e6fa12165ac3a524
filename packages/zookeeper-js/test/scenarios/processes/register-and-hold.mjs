// Registers one node, reports it, and holds it until it is killed.
import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';

const [servers, path, data] = process.argv.slice(2);
const registry = new ZooKeeperJsServiceRegistry({ servers, timeoutMs: 4_000 });
await registry.setNode(path, JSON.parse(data));
console.log('registered');
// Ends with the test that started it.
process.stdin.resume().once('end', () => process.exit(1));
