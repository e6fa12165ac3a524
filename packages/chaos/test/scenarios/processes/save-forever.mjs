// Saves one path after the other to a shared cache file, and prints each path that is in it.
import { readFileSync } from 'node:fs';
import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';

const [cacheFile, name] = process.argv.slice(2);
const store = new MemoryStore();
// The test that started this process has exited: exit too.
process.stdin.resume().once('end', () => process.exit(1));

for (let n = 0; ; n += 1) {
  const path = `/${name}/${n}`;
  const registry = new MemoryServiceRegistry({ store, cacheFile });
  registry.on('fault', ({ error }) => console.log(`fault ${error.message}`));
  await registry.setData(path, { n, text: 'x'.repeat(100) });
  await registry.get(path);
  await registry.stop();
  console.log(path in JSON.parse(readFileSync(cacheFile, 'utf8')).nodes ? `saved ${path}` : `missing ${path}`);
}
