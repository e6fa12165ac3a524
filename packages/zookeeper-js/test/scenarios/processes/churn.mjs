// Changes a share of the nodes at random and watches every service. Exchanges JSON lines with the process that started it:
// receives "stop", then sends its view when it receives "report".
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { ZooKeeperJsServiceRegistry } from '@ndsr/zookeeper-js';
import zookeeper from 'node-zookeeper-client';

const [servers, owner, seed, plan] = process.argv.slice(2);
const services = JSON.parse(plan);
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const random = mulberry32(Number(seed));
const pick = (list) => list[Math.floor(random() * list.length)];

const trouble = [];
process.on('unhandledRejection', (reason) => trouble.push(`unhandled: ${reason}`));

const registry = new ZooKeeperJsServiceRegistry({ servers, timeoutMs: 10_000 });
registry.on('fault', ({ error }) => trouble.push(`${error.code}: ${error.message}`));
let callbacks = 0;
for (const { path } of services) {
  let last;
  await registry.get(path, {
    callback(snapshot) {
      callbacks += 1;
      if (last !== undefined && isDeepStrictEqual(last, snapshot)) trouble.push(`equal value twice at ${path}`);
      last = snapshot;
    },
  });
}

const bare = zookeeper.createClient(servers, { sessionTimeout: 10_000 });
await new Promise((resolve) => bare.once('connected', resolve).connect());
const ask = (method, ...args) =>
  new Promise((resolve) => bare[method](...args, (error) => resolve(error?.getCode() ?? 0)));

let changes = 0;
let going = true;
async function change() {
  const { path, size } = pick(services);
  const index = Math.floor(random() * size);
  const data = { by: owner, n: changes };
  if (index % 4 === Number(owner)) await changeRegistered(`${path}/node-${index}`, data);
  else await changeBare(`${path}/bare-${owner}-${index}`, Buffer.from(JSON.stringify(data)));
  changes += 1;
}

async function changeRegistered(path, data) {
  if (random() < 0.6) await registry.setNode(path, data);
  else await registry.unset(path);
}

async function changeBare(path, data) {
  const choice = random();
  if (choice < 0.4) await ask('create', path, data);
  else if (choice < 0.8) await ask('setData', path, data, -1);
  else await ask('remove', path, -1);
}

async function churn() {
  while (going) {
    await Promise.all(Array.from({ length: 5 }, change));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  say({ changes });
}

// Ends with the test that started it.
process.stdin.once('end', () => process.exit(1));
createInterface({ input: process.stdin }).on('line', async (line) => {
  if (line === 'churn') await churn();
  if (line === 'stop') going = false;
  if (line === 'report') say({ callbacks, trouble, seen: services.map(({ path }) => registry.peek(path).children) });
  if (line === 'end') {
    bare.close();
    await registry.stop();
    process.stdin.removeAllListeners('end').destroy();
  }
});
say({ ready: true });

/** A small seeded generator, so that a failing run can be run again. */
function mulberry32(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
