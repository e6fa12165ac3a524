// A separate process that shares the folder. member.mjs register <folder> <name> | count <folder> <times>
import { setTimeout as pause } from 'node:timers/promises';
import { openRegistry } from '@ndsr/core';
import { BadVersionError, defaultLogger, systemClock } from '@ndsr/core/backend';
import { FileSystemBackend } from '../../dist/index.js';

const [, , task, folder = '', argument = ''] = process.argv;

if (task === 'register') {
  // By the package's name, like an application that has it installed.
  const registry = await openRegistry(`example-file-system-backend:${folder}?timeoutMs=1000`);
  // Before it is listed: then the test ends it at once.
  process.once('SIGTERM', () => void registry.stop());
  await registry.setNode(`/services/${argument}`, { pid: process.pid });
} else {
  const backend = new FileSystemBackend(folder, {
    clock: systemClock,
    logger: defaultLogger,
    random: Math.random,
    timeoutMs: 5_000,
  });
  await /** @type {Promise<void>} */ (
    new Promise((resolve) => backend.connect(({ type }) => type === 'connected' && resolve()))
  );
  for (let left = Number(argument); left > 0; ) if (await increment(backend)) left -= 1;
  await backend.close();
}

/**
 * Reads the counter and writes the next number, unless another process was faster.
 *
 * @param {FileSystemBackend} backend
 */
async function increment(backend) {
  const { data, stat } = await backend.read('/counter', { children: 'none' });
  const next = Number(Buffer.from(data ?? [])) + 1;
  try {
    await backend.write('/counter', Buffer.from(String(next)), stat?.version ?? 0);
    return true;
  } catch (error) {
    if (!(error instanceof BadVersionError)) throw error;
    await pause(Math.random() * 5);
    return false;
  }
}
