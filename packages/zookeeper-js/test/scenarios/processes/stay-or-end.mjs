// Runs a command with a registry, reports the result, and lets the registry decide whether the process goes on. Receives "stop".
import { createInterface } from 'node:readline';
import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';

const [servers, work, options = '{}'] = process.argv.slice(2);
const registry = new ZooKeeperJsServiceRegistry({ servers, timeoutMs: 10_000, ...JSON.parse(options) });
const say = (line) => console.log(line);

const works = {
  async callbacks() {
    for (let i = 0; i < 20; i += 1) await registry.get(`/service-${i}`, { callback: () => undefined });
    await registry.setData('/data', { x: 1 });
  },
  async register() {
    await registry.setNode('/service/me');
  },
  async withdraw() {
    await registry.setNode('/service/me');
    await registry.unset('/service/me');
  },
  async loop() {
    await registry.get('/service');
    const stream = registry.watch('/service');
    await stream.next();
    void stream.next().then(() => say('changed'));
  },
  async get() {
    const { stat } = await registry.get('/');
    say(`numChildren ${typeof stat.numChildren}`);
  },
  async 'wait for a child'() {
    const { children } = await registry.get('/waited-for', { waitMs: 2_500, onTimeout: 'resolve' });
    say(`children ${Object.keys(children).length}`);
  },
  async 'start in vain'() {
    await registry.start().catch(({ code }) => say(code));
  },
  async 'get in vain'() {
    await registry.start();
    say('lazy');
    await registry.get('/', { waitMs: 1_500 }).catch(({ code }) => say(code));
  },
};

createInterface({ input: process.stdin }).on('line', () => registry.stop());
// Ends with the test that started it. But the pipe must not keep the process alive.
process.stdin.once('end', () => process.exit(1)).unref();
await works[work]();
say('done');
