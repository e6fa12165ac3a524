import { setImmediate as nextTurn } from 'node:timers/promises';
import { MemoryServiceRegistry, MemoryStore } from '@ndsr/memory';
import { expect, it, onTestFinished } from 'vitest';
import { run } from '../../src/index.js';
import { FakeHost } from '../support/fake-host.js';

it.each([[['tree', '/']], [['get', '/', '-r']]])(
  'ndsr %j reads a wide tree without a warning of Node',
  async (args) => {
    const store = MemoryStore.named('wide');
    const registry = new MemoryServiceRegistry({ store });
    onTestFinished(() => registry.stop());
    for (let i = 0; i < 30; i += 1) await registry.setData(`/wide/service-${i}/instance`);
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    expect(await run(args, new FakeHost({ env: { NDSR_URL: 'memory:wide' } }))).toBe(0);
    await nextTurn();
    expect(warnings).toEqual([]);
  },
);
