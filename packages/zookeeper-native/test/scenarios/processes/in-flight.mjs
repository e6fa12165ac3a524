// Sends the given number of requests at once over the bare client port, and counts the answers.
import { createZooKeeperNativeClient } from '@ndsr/zookeeper-native';

const [host, port, count] = process.argv.slice(2);
// Starting them all takes its time, in which nothing is read: on a busy machine more than a short session has.
const client = createZooKeeperNativeClient({ servers: [{ host, port: Number(port) }], sessionTimeoutMs: 30_000 });
await new Promise((resolve) => client.connect(({ type }) => type === 'connected' && resolve()));
await client.create('/in-flight', Buffer.from('hello'), 'persistent');

async function burst(start) {
  const startedAt = performance.now();
  const outcomes = await Promise.allSettled(Array.from({ length: Number(count) }, start));
  const answered = outcomes.filter(({ status }) => status === 'fulfilled').length;
  const failed = [
    ...new Set(outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []))),
  ];
  return { answered, failed, ms: Math.round(performance.now() - startedAt) };
}

const reads = await burst(() => client.getData({ path: '/in-flight', watch: false }));
const writes = await burst(() => client.setData('/in-flight', Buffer.from('world'), -1));
const { stat } = await client.getData({ path: '/in-flight', watch: false });
await client.close();
const megabytes = Math.round(process.memoryUsage().rss / 2 ** 20);
console.log(JSON.stringify({ reads, writes, version: stat.version, megabytes }));
