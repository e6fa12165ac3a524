import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { expect, onTestFinished, test } from 'vitest';

const quickstart = fileURLToPath(new URL('../quickstart.mjs', import.meta.url));
const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
const promised = /^```text\n(.*?)^```$/ms.exec(readme)?.[1];

test('prints in memory what the README promises', async () => {
  expect(await outputOn('memory:')).toBe(promised);
});

test('prints the same on a ZooKeeper without any nodes, and again when its paths exist', async () => {
  const zookeeper = await ZooKeeperServer.start();
  onTestFinished(() => zookeeper.stop());
  const url = `zookeeper-js://${zookeeper.address}`;
  expect(await outputOn(url)).toBe(promised);
  expect(await outputOn(url)).toBe(promised);
}, 240_000);

/** @param {string} url */
async function outputOn(url) {
  const env = { ...process.env, NDSR_URL: url };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [quickstart], { env, timeout: 60_000 });
  return stdout + stderr;
}
