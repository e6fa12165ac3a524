// Uses a registry as requested, and leaves it to the registry whether the process stays alive.
import { MemoryServiceRegistry } from '@ndsr/memory';

const [work, options = '{}'] = process.argv.slice(2);
const registry = new MemoryServiceRegistry(JSON.parse(options));
const works = {
  callbacks: () => registry.get('/service', { callback: () => undefined }),
  register: () => registry.setNode('/service/me'),
  'register and stop': async () => {
    await registry.setNode('/service/me');
    await registry.stop();
  },
  'wait for a child': async () => {
    const { children } = await registry.get('/service', { waitMs: 300, onTimeout: 'resolve' });
    console.log(`children ${Object.keys(children).length}`);
  },
};
await works[work]();
console.log('done');
