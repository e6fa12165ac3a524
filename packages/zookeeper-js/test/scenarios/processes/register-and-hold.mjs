// Registers one node, says so, and holds it until it is killed.
import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';

const [servers, path, data] = process.argv.slice(2);
const registry = new ZooKeeperJsServiceRegistry({ servers, timeoutMs: 4_000 });
await registry.setNode(path, JSON.parse(data));
console.log('registered');
// The test that started it is gone: nothing here may outlive it.
process.stdin.resume().once('end', () => process.exit(1));
