// Registers one node through the backend of the URL; changes its data for each line of JSON on stdin.
import { createInterface } from 'node:readline';
import { openRegistry } from '@ndsr/core';

const [url, path, data] = process.argv.slice(2);
const registry = await openRegistry(url);

async function register(text) {
  await registry.setNode(path, JSON.parse(text));
  console.log(text);
}

await register(data);
for await (const line of createInterface({ input: process.stdin })) await register(line);
// The test that started this process has exited: exit too.
process.exit(1);
