// NDSR_URL=zookeeper-js://127.0.0.1:2181 CACHE_FILE=registry.json SERVICES=web,memcache PORT=3000 node server.mjs
import { createApp, pathOf } from './app.mjs';
import { get, registry, settings } from './registry-settings.mjs';

const { NDSR_URL = settings.url, CACHE_FILE = settings.cacheFile, SERVICES = 'web', PORT = '3000' } = process.env;
Object.assign(settings, { url: NDSR_URL, cacheFile: CACHE_FILE });
const services = SERVICES.split(',');

// Watched from the start, so that requests are answered from memory and the cache file has them for the next start.
for (const service of services) {
  get(pathOf(service), ({ children }) => console.log(`${service}: ${Object.keys(children).join(', ')}`)).catch(
    (error) => console.error(`${service}: ${error.message}; it comes when a server does`),
  );
}

const server = createApp(services).listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address();
  console.log(`listening on ${typeof address === 'object' ? address?.port : address}`);
});

process.once('SIGTERM', async () => {
  server.close();
  await (await registry()).stop();
});
