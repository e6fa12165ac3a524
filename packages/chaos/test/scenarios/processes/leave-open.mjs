// Opens a registry that watches a path, and has nothing else to do: the process must end by itself.
import { openRegistry } from '@ndsr/core';

const [url] = process.argv.slice(2);
const registry = await openRegistry(url);
await registry.get('/service', { callback: () => undefined });
console.log(registry.phase);
