// Logs every message of a registry, at every level, to the console, and ends with an uncaught error.
import { openRegistry } from '@ndsr/core';

const registry = await openRegistry({ url: process.argv[2], logger: console });
for (const name of ['phase', 'registered', 'unregistered', 'conflict', 'held', 'fault']) {
  registry.on(name, (event) => console.log(name, event));
}
await registry.setNode('/talkative');
console.log(registry, process.env.NDSR_USERNAME);
await registry.setData('/forbidden/to/write', { mine: true });
