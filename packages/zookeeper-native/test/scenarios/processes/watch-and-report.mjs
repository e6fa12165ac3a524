// Watches a service and registers instances in it through the backend that the URL names. Speaks JSON lines with the
// process that started it.
import { createInterface } from 'node:readline';
import { openRegistry } from '@ndsr/core';

const [url, owner] = process.argv.slice(2);
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const trouble = [];
process.on('unhandledRejection', (reason) => trouble.push(`unhandled: ${reason}`));

const registry = await openRegistry(url);
registry.on('fault', ({ error }) => trouble.push(`${error.code}: ${error.message}`));
await registry.get('/services', { callback: () => undefined });

const printable = (snapshot) =>
  JSON.parse(JSON.stringify(snapshot, (_, value) => (typeof value === 'bigint' ? `${value}n` : value)));

const commands = {
  async change({ rounds }) {
    for (let round = 0; round < rounds; round += 1) {
      const instance = `/services/${owner}-${round % 10}:80`;
      if (round % 7 === 6) await registry.unset(instance);
      else await registry.setNode(instance, { round, name: 'grüße', nested: { list: [1, null, 'x'] } });
      await registry.setData('/services', { writer: owner, round });
    }
    return {};
  },
  async read({ path }) {
    await registry.get(path);
    return printable(registry.peek(path));
  },
  report: async () => ({ trouble, phase: registry.phase, services: printable(registry.peek('/services')) }),
  async end() {
    await registry.stop();
    process.stdin.destroy();
    return {};
  },
};

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { command, ...args } = JSON.parse(line);
  say(await commands[command](args));
});
say({ ready: true });
