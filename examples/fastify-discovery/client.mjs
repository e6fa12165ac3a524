// NDSR_URL=zookeeper-js://127.0.0.1:2181 PER_SECOND=200 node client.mjs
import { openRegistry } from '@ndsr/core';
import { ServiceClient } from './service-client.mjs';

const {
  NDSR_URL: url = 'zookeeper-js://127.0.0.1:2181',
  SERVICE = '/services/greeter',
  PER_SECOND = '200',
} = process.env;

const registry = await openRegistry({ url, lazy: true, readOnly: true });
const client = await ServiceClient.open(registry, SERVICE);
const all = { answered: 0, failed: 0 };
/** @type {Set<Promise<void>>} */
const underWay = new Set();
/** The number of answers of each server in this second. @type {Record<string, number>} */
let answers = {};

const sending = setInterval(() => {
  const request = send().finally(() => underWay.delete(request));
  underWay.add(request);
}, 1_000 / Number(PER_SECOND));
const telling = setInterval(() => {
  console.log(JSON.stringify(answers));
  answers = {};
}, 1_000);

process.once('SIGTERM', async () => {
  clearInterval(sending);
  clearInterval(telling);
  await Promise.all(underWay);
  console.log(`${all.answered} answered, ${all.failed} failed, ${client.sentAgain} sent again`);
  await registry.stop();
});

async function send() {
  try {
    const response = await client.get('/greeting');
    const { from } = /** @type {{ from: string }} */ (await response.json());
    answers[from] = (answers[from] ?? 0) + 1;
    all.answered += 1;
  } catch (error) {
    all.failed += 1;
    console.error(error);
  }
}
