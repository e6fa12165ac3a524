// NDSR_URL=zookeeper-js://127.0.0.1:2181 CACHE_FILE=registry.json PORT=3000 node server.mjs
// ndsr set /config/greeter '{ "greeting": "good morning", "limitPerSecond": 5 }'
import { createServer } from 'node:http';
import { openRegistry } from '@ndsr/core';
import { LiveConfig } from './live-config.mjs';
import { settings } from './settings.mjs';

const { NDSR_URL: url = 'zookeeper-js://127.0.0.1:2181', CACHE_FILE: cacheFile, PORT = '3000' } = process.env;

// It also starts with the ensemble down: with the content of the cache file, or with the defaults.
const registry = await openRegistry({ url, cacheFile, lazy: true, offline: 'defer', readOnly: true });
const config = await LiveConfig.open(registry, '/config/greeter', {
  schema: settings,
  changed: (current) => console.log(`now: ${JSON.stringify(current)}`),
  refused: (problem) => console.error(`refused: ${problem}; it stays as it is`),
});

let answered = 0;
setInterval(() => {
  answered = 0;
}, 1_000).unref();

const server = createServer((_request, response) => {
  // Read again for each request, so that no restart is needed.
  const { greeting, limitPerSecond, features } = config.current;
  answered += 1;
  if (answered > limitPerSecond) response.writeHead(429).end();
  else response.end(features.shout ? greeting.toUpperCase() : greeting);
});
server.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address();
  console.log(`listening on ${typeof address === 'object' ? address?.port : address}`);
});

process.once('SIGTERM', async () => {
  server.close();
  await registry.stop();
});
