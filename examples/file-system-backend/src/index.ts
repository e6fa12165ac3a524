export { backend } from './backend.js';
export { FileSystemBackend } from './file-system-backend.js';
export { type FileSystemRegistryOptions, FileSystemServiceRegistry } from './file-system-service-registry.js';
