import type { FaultProxy } from '@ndsr/zookeeper-testing';

/** Ways to lose a session without notice. */
export const silentFaults: readonly ((proxy: FaultProxy) => Promise<void>)[] = [
  (proxy) => proxy.refuse(),
  (proxy) => proxy.stall(),
  (proxy) => proxy.stall({ direction: 'to-server' }),
  (proxy) => proxy.stall({ direction: 'to-client' }),
  (proxy) => proxy.acceptAndDrop(),
];
