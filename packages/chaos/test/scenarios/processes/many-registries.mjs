// Starts many registries, prints the result, and then, for each line of input, how many of them are connected.
import { createInterface } from 'node:readline';
import { openRegistry } from '@ndsr/core';

const [config, count] = process.argv.slice(2);
const registries = await Promise.all(Array.from({ length: Number(count) }, () => openRegistry(JSON.parse(config))));
createInterface({ input: process.stdin })
  .on('line', () => console.log(registries.filter(({ phase }) => phase === 'connected').length))
  // The test that started this process has exited: exit too.
  .once('close', () => process.exit(1));
const started = await Promise.all(registries.map((registry) => registry.start()));
console.log(JSON.stringify(started));
