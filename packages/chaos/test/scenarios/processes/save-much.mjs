// Caches more than fits on the disk, and prints the faults.
import { MemoryServiceRegistry } from '@ndsr/memory';

const [cacheFile] = process.argv.slice(2);
const registry = new MemoryServiceRegistry({ cacheFile });
registry.on('fault', ({ error }) => console.log(`${error.code} ${error.message}`));
await registry.setData('/much', { text: 'x'.repeat(100_000) });
const { data } = await registry.get('/much');
await registry.stop();
console.log(`read ${data.text.length}`);
