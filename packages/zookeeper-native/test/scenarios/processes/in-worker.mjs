// In a worker thread: starts a registry, and reports how that fails.
import { parentPort, workerData } from 'node:worker_threads';
import { ZooKeeperNativeServiceRegistry } from '@ndsr/zookeeper-native';

const registry = new ZooKeeperNativeServiceRegistry({ servers: workerData.servers, timeoutMs: 4_000 });
const { code, message } = await registry.start().catch((error) => error);
parentPort.postMessage({ code, message });
