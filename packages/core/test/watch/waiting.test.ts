import { getEventListeners } from 'node:events';
import { FakeClock } from '@ndsr/test-support';
import { describe, expect, it } from 'vitest';
import { NotAuthorizedError } from '../../src/errors/access-errors.js';
import { BackendError } from '../../src/errors/background-errors.js';
import { unlessAborted } from '../../src/watch/unless-aborted.js';
import { type EntryWaitOptions, waitForEntry } from '../../src/watch/wait-for-entry.js';
import { WatchEntry } from '../../src/watch/watch-entry.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';
import { rawNode } from '../support/raw-nodes.js';

function open(over: Partial<EntryWaitOptions> = {}) {
  const clock = new FakeClock();
  const entry = new WatchEntry('/a', 'data', { clock, onFault: () => undefined });
  const controller = new AbortController();
  const { signal } = controller;
  const wait: EntryWaitOptions = { startTimer: (over) => clock.timer(1_000, over), signal, failOnFault: true, ...over };
  const start = () => new Outcome(waitForEntry(entry, () => entry.snapshot('data') !== undefined, wait));
  const expectNothingLeft = (): void => {
    expect(clock.pending).toBe(0);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  };
  return { clock, entry, controller, start, expectNothingLeft };
}

describe('waitForEntry', () => {
  it('resolves to true at once when the condition already holds', async () => {
    const { entry, start, expectNothingLeft } = open();
    entry.node(rawNode({ n: 1 }));
    const outcome = start();
    await turn();
    expect(outcome.value).toBe(true);
    expectNothingLeft();
  });

  it('resolves to true as soon as the condition holds', async () => {
    const { entry, start, expectNothingLeft } = open();
    const outcome = start();
    await turn();
    expect(outcome.state).toBe('pending');
    entry.node(rawNode({ n: 1 }));
    await turn();
    expect(outcome.value).toBe(true);
    expectNothingLeft();
  });

  it('resolves to false on timeout', async () => {
    const { clock, start, expectNothingLeft } = open();
    const outcome = start();
    await clock.advance(999);
    expect(outcome.state).toBe('pending');
    await clock.advance(1);
    expect(outcome.value).toBe(false);
    expectNothingLeft();
  });

  it('rejects with the reason of the signal, aborted before or meanwhile', async () => {
    const { controller, start, expectNothingLeft } = open();
    const outcome = start();
    controller.abort('enough');
    await turn();
    expect(outcome.error).toBe('enough');
    expectNothingLeft();
    expect(() => start()).toThrow('enough');
    expectNothingLeft();
  });

  it('rejects when the registry is stopped or the path unwatched, also when that was before', async () => {
    for (const end of ['stop', 'close'] as const) {
      const { entry, start, expectNothingLeft } = open({ failOnFault: false });
      const outcome = start();
      entry[end]();
      await turn();
      expect(outcome.code).toBe('ERR_NDSR_STOPPED');
      expectNothingLeft();
      if (end === 'stop') continue;
      const late = start();
      await turn();
      expect(late.code).toBe('ERR_NDSR_STOPPED');
    }
  });

  it('rejects with a fault if allowed to', async () => {
    const { entry, start, expectNothingLeft } = open();
    const outcome = start();
    entry.fault(new BackendError('odd'));
    await turn();
    expect(outcome.code).toBe('ERR_NDSR_BACKEND');
    expectNothingLeft();
  });

  it('continues after a fault otherwise', async () => {
    const { entry, start, expectNothingLeft } = open({ failOnFault: false });
    entry.fault(new NotAuthorizedError('/a'));
    const outcome = start();
    entry.fault(new NotAuthorizedError('/a'));
    await turn();
    expect(outcome.state).toBe('pending');
    entry.node(rawNode(null));
    await turn();
    expect(outcome.value).toBe(true);
    expectNothingLeft();
  });

  it('does not wait for a path that was already refused, but for one that only failed', async () => {
    const { clock, entry, start, expectNothingLeft } = open();
    entry.fault(new NotAuthorizedError('/a'));
    const refused = start();
    await turn();
    expect(refused.code).toBe('ERR_NDSR_NOT_AUTHORIZED');
    entry.fault(new BackendError('odd'));
    const failed = start();
    await turn();
    expect(failed.state).toBe('pending');
    await clock.advance(1_000);
    expect(failed.value).toBe(false);
    expectNothingLeft();
  });

  it('works without a signal', async () => {
    const { clock, start } = open({ signal: undefined });
    const outcome = start();
    await clock.advance(1_000);
    expect(outcome.value).toBe(false);
  });
});

describe('unlessAborted', () => {
  it('settles like the work, and leaves no listener', async () => {
    const { signal } = new AbortController();
    expect(await unlessAborted(Promise.resolve(1), signal)).toBe(1);
    await expect(unlessAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(await unlessAborted(Promise.resolve(1), undefined)).toBe(1);
  });

  it('rejects with the reason of the signal; the outcome of the work is then ignored', async () => {
    const controller = new AbortController();
    let fail: (error: Error) => void = () => undefined;
    const work = new Promise<void>((_, reject) => {
      fail = reject;
    });
    const outcome = new Outcome(unlessAborted(work, controller.signal));
    controller.abort('enough');
    await turn();
    expect(outcome.error).toBe('enough');
    fail(new Error('late'));
    await turn();
    const late = new Outcome(unlessAborted(new Promise(() => undefined), controller.signal));
    await turn();
    expect(late.error).toBe('enough');
  });
});
