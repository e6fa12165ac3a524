export { backend } from './backend.js';
export type { Refusal, StoreOperation } from './fault-plan.js';
export { MemoryBackend } from './memory-backend.js';
export { type MemoryRegistryOptions, MemoryServiceRegistry } from './memory-service-registry.js';
export { MemoryStore, type MemoryStoreOptions } from './memory-store.js';
