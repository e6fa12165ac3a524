import { setTimeout as sleep } from 'node:timers/promises';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { expect, onTestFinished, test } from 'vitest';
import { Program } from '../../express/test/program.mjs';

const patience = { timeout: 60_000 };

test('no request fails while a server is killed, one is added, and one shuts down', async () => {
  const zookeeper = await ZooKeeperServer.start();
  onTestFinished(() => zookeeper.stop());
  const env = { NDSR_URL: `zookeeper-js://${zookeeper.address}?timeoutMs=4000` };
  const startServer = async () => {
    const program = new Program(new URL('../server.mjs', import.meta.url), env);
    return { program, instance: await program.says(/^serves as (.+)$/) };
  };
  const [killed, leaving, staying] = await Promise.all([startServer(), startServer(), startServer()]);
  const client = new Program(new URL('../client.mjs', import.meta.url), env);
  /** The client's last output: the number of answers of each server in a second. @returns {Record<string, number>} */
  const lastSecond = () => JSON.parse(client.lines.at(-1) ?? '{}');
  const answering = () => Object.keys(lastSecond()).sort();
  const instancesOf = (/** @type {{ instance: string }[]} */ ...servers) => servers.map((one) => one.instance).sort();

  await expect.poll(answering, patience).toEqual(instancesOf(killed, leaving, staying));
  // In turn: in any interval the counts differ only by the requests pending at its ends.
  const from = client.lines.length;
  const counts = () => {
    const seconds = client.lines.slice(from).map((line) => JSON.parse(line));
    return instancesOf(killed, leaving, staying).map((instance) =>
      seconds.reduce((sum, one) => sum + (one[instance] ?? 0), 0),
    );
  };
  await expect.poll(() => Math.min(...counts()), patience).toBeGreaterThan(100);
  expect(Math.max(...counts()) - Math.min(...counts())).toBeLessThan(Math.max(...counts()) / 4);

  await killed.program.kill();
  await expect.poll(answering, patience).toEqual(instancesOf(leaving, staying));
  const added = await startServer();
  await expect.poll(answering, patience).toEqual(instancesOf(leaving, staying, added));
  // Until its session has timed out, the killed server is listed, and tried occasionally.
  await sleep(5_000);
  expect(await leaving.program.end()).toBe(0);
  await expect.poll(answering, patience).toEqual(instancesOf(staying, added));

  expect(await client.end()).toBe(0);
  const [, answered, failed, sentAgain] =
    /^(\d+) answered, (\d+) failed, (\d+) sent again$/.exec(client.lines.at(-1) ?? '') ?? [];
  console.log(client.lines.at(-1));
  expect(Number(failed)).toBe(0);
  expect(Number(answered)).toBeGreaterThan(100);
  // The kill did interrupt requests: without a second attempt they would have failed.
  expect(Number(sentAgain)).toBeGreaterThan(0);
}, 240_000);
