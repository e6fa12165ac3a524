import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { UnsupportedError } from '@ndsr/core/backend';
import { expect, onTestFinished, test } from 'vitest';
import { loadLibrary } from '../../src/library/load-library.js';
import { messageFrom } from '../support/message-from.js';

const require = createRequire(import.meta.url);

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error).toMatchObject({ code: 'ERR_NDSR_UNSUPPORTED' });
    return (error as Error).message;
  }
  throw new Error('has thrown nothing');
}

test('loads the library', () => {
  expect(loadLibrary()).toBe(require('zookeeper'));
});

test('refuses a worker thread before the addon is loaded', () => {
  const notToBeLoaded = () => {
    throw new Error('was loaded');
  };
  const message = messageOf(() => loadLibrary({ isMainThread: false, require: notToBeLoaded }));
  expect(message).toMatch(/worker thread/);
  expect(message).toMatch(/@ndsr\/zookeeper-js/);
});

test('refuses a real worker thread, and the process lives', async () => {
  const program = new URL('../scenarios/processes/in-worker.mjs', import.meta.url);
  const worker = new Worker(program, { execArgv: [], workerData: { servers: '127.0.0.1:1' } });
  expect(await messageFrom(worker)).toEqual({
    code: 'ERR_NDSR_UNSUPPORTED',
    message: expect.stringMatching(/worker thread/),
  });
});

test('explains how to install a missing addon', () => {
  const notFound = Object.assign(new Error("Cannot find module 'zookeeper'\nRequire stack: …"), {
    code: 'MODULE_NOT_FOUND',
  });
  const fail = () => {
    throw notFound;
  };
  const message = messageOf(() => loadLibrary({ isMainThread: true, require: fail }));
  expect(message).toMatch(/npm install zookeeper/);
  expect(message).toMatch(/@ndsr\/zookeeper-js/);
});

test('explains how to build an addon that was not built', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ndsr-not-built-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const installed = dirname(require.resolve('zookeeper/package.json'));
  const library = join(folder, 'node_modules', 'zookeeper');
  // As it is after an install without scripts.
  for (const part of ['lib', 'package.json']) cpSync(join(installed, part), join(library, part), { recursive: true });
  for (const dependency of ['node-gyp-build', 'async']) {
    const from = createRequire(join(installed, 'package.json')).resolve(`${dependency}/package.json`);
    cpSync(dirname(from), join(folder, 'node_modules', dependency), { recursive: true });
  }
  const from = createRequire(join(folder, 'index.js'));
  const message = messageOf(() => loadLibrary({ isMainThread: true, require: () => from('zookeeper') }));
  expect(message).toMatch(/No native build was found/);
  for (const command of [
    'npm rebuild zookeeper',
    'onlyBuiltDependencies',
    'allowBuilds',
    'yarn',
    '@ndsr/zookeeper-js',
  ]) {
    expect(message).toContain(command);
  }
});
