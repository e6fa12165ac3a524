// Opens, uses and closes native registries, so many at a time, and says after each tenth what is open and how large the
// process is.
import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ZooKeeperNativeServiceRegistry } from '@ndsr/zookeeper-native';

const [servers, cycles, atOnce] = process.argv.slice(2);
let left = Number(cycles);
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

async function cycle(index) {
  const registry = new ZooKeeperNativeServiceRegistry({ servers, timeoutMs: 10_000 });
  await registry.setNode(`/cycles/instance-${index}`, { index });
  await registry.stop();
}

async function worker(until) {
  while (left > until) await cycle(left--);
}

function measure() {
  collectGarbage();
  return {
    done: Number(cycles) - left,
    descriptors: readdirSync('/proc/self/fd').length,
    megabytes: Math.round(process.memoryUsage().rss / 2 ** 20),
  };
}

const steps = 10;
for (let step = 1; step <= steps; step += 1) {
  const until = Math.round(Number(cycles) * (1 - step / steps));
  await Promise.all(Array.from({ length: Number(atOnce) }, () => worker(until)));
  console.log(JSON.stringify(measure()));
}
