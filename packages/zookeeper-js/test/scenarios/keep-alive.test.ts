import type { TestProcess } from '@ndsr/test-support';
import { FaultProxy, freePort, ZooKeeperServer } from '@ndsr/zookeeper-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProcess } from './start-process.js';

/** Far more than it takes to see that a process does not end by itself. */
const staysMs = 2_500;
/** Far more than a busy machine takes until a process that has nothing to do has ended. */
const endsMs = 60_000;

let server: ZooKeeperServer;

beforeAll(async () => {
  server = await ZooKeeperServer.start();
});

afterAll(() => server.stop());

function run(work: string, options: object = {}, address = server.address): TestProcess {
  return startProcess('stay-or-end', [address, work, JSON.stringify(options)]);
}

/** The exit code; undefined when it is still running then. */
async function exitWithin(child: TestProcess, ms: number): Promise<number | null | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([child.exited, late]).finally(() => clearTimeout(timer));
}

async function linesOf(child: TestProcess, last = 'done'): Promise<string[]> {
  const lines = [await child.next()];
  while (lines.at(-1) !== last) lines.push(await child.next());
  return lines;
}

describe('a process with an open registry', () => {
  it.each<[string, object]>([
    ['callbacks', {}],
    ['withdraw', {}],
    ['register', { keepAlive: false }],
    ['loop', { keepAlive: false }],
  ])('ends by itself: %s %o', async (work, options) => {
    const child = run(work, options);
    expect(await linesOf(child)).toEqual(['done']);
    const doneAt = performance.now();
    expect(await exitWithin(child, endsMs), child.errors).toBe(0);
    console.log(`${work}: ended after ${Math.round(performance.now() - doneAt)} ms`);
    expect(child.errors).toBe('');
  });

  it.each<[string, object]>([
    ['register', {}],
    ['loop', {}],
    ['callbacks', { keepAlive: true }],
    ['withdraw', { keepAlive: true }],
  ])('stays until stop(): %s %o', async (work, options) => {
    const child = run(work, options);
    await linesOf(child);
    expect(await exitWithin(child, staysMs)).toBeUndefined();
    child.tell('stop');
    expect(await exitWithin(child, endsMs), child.errors).toBe(0);
  });

  it('stays while its server is away', async () => {
    await using proxy = await FaultProxy.open({ upstream: server });
    const child = run('register', {}, proxy.address);
    await linesOf(child);
    await proxy.refuse();
    expect(await exitWithin(child, staysMs)).toBeUndefined();
    await proxy.pass();
    child.tell('stop');
    expect(await exitWithin(child, endsMs), child.errors).toBe(0);
  });
});

describe('a process with one call that waits and nothing else', () => {
  it.each<[string, string[]]>([
    ['get', ['numChildren number', 'done']],
    ['wait for a child', ['children 0', 'done']],
  ])('gets its answer before it ends: %s', async (work, said) => {
    const child = run(work);
    expect(await linesOf(child)).toEqual(said);
    expect(await exitWithin(child, endsMs), child.errors).toBe(0);
  });

  it.each<[string, object, string[]]>([
    ['start in vain', { timeoutMs: 3_000 }, ['ERR_NDSR_NO_CONNECTION', 'done']],
    ['get in vain', { lazy: true, timeoutMs: 3_000 }, ['lazy', 'ERR_NDSR_NO_CONNECTION', 'done']],
  ])('gets its error before it ends: %s', async (work, options, said) => {
    const child = run(work, options, `127.0.0.1:${await freePort()}`);
    expect(await linesOf(child)).toEqual(said);
    expect(await exitWithin(child, endsMs), child.errors).toBe(0);
  });
});
