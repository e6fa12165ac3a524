import { openRegistry } from '@ndsr/core';

// In memory, or on ZooKeeper: NDSR_URL=zookeeper-js://zk1:2181,zk2:2181/my-chroot
const registry = await openRegistry(process.env.NDSR_URL ?? 'memory:');

// Register an ssh server: an ephemeral node, which exists as long as this process does.
await registry.setNode('/production/ssh/server1:22', { rack: 'a1' });

// Look up all ssh servers. The callback runs now, and again after each change.
await registry.get('/production/ssh', { callback: ({ children }) => console.log('ssh:', Object.keys(children)) });

await registry.setNode('/production/ssh/server2:22', { rack: 'b7' });

await registry.stop(); // deregisters both and closes the session
