import { openRegistry } from '@ndsr/core';

// In memory, or on ZooKeeper: NDSR_URL=zookeeper-js://zk1:2181,zk2:2181/my-chroot
const registry = await openRegistry(process.env.NDSR_URL ?? 'memory:');

// Who provides ssh? The callback runs now, and again at every change.
await registry.get('/production/ssh', { callback: ({ children }) => console.log('ssh:', Object.keys(children)) });

// I do: an ephemeral node, there for as long as this process is.
await registry.setNode('/production/ssh/server1:22', { rack: 'a1' });
await registry.setNode('/production/ssh/server2:22', { rack: 'b7' });

await registry.stop(); // leaves politely
