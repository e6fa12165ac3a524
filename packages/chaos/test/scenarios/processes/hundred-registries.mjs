// Opens, uses and stops a hundred registries; prints the open handles before and after; then must end by itself.
import { openRegistry } from '@ndsr/core';

const [url] = process.argv.slice(2);
const rejections = [];
process.on('unhandledRejection', (reason) => rejections.push(String(reason)));

function countSockets() {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
}

async function useOne(index) {
  const registry = await openRegistry(url);
  await registry.setNode(`/hundred/instance-${index}`, { index });
  const { children } = await registry.get('/hundred', { callback: () => undefined });
  if (children[`instance-${index}`]?.index !== index) throw new Error(`instance ${index} does not see itself`);
  await registry.stop();
}

const before = countSockets();
for (let round = 0; round < 10; round += 1) {
  await Promise.all(Array.from({ length: 10 }, (_, index) => useOne(round * 10 + index)));
}
// A closed socket leaves the list in the next turn of the event loop.
await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
console.log(JSON.stringify({ before, after: countSockets(), rejections }));
