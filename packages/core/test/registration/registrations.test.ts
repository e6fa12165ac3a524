import { describe, expect, it } from 'vitest';
import { NotAuthorizedError, ReadOnlyError } from '../../src/errors/access-errors.js';
import { NoConnectionError } from '../../src/errors/connection-errors.js';
import { NotOwnerError } from '../../src/errors/node-errors.js';
import { expectQuietAfterStop } from '../support/expect-quiet.js';
import { FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import { bytes } from '../support/fake-store.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';

async function offline(): Promise<FakeRegistry> {
  const registry = await startedRegistry({ offline: 'defer' });
  registry.backend.suspend();
  return registry;
}

describe('without a connection', () => {
  it('writes reject, and are not remembered', async () => {
    const registry = await startedRegistry();
    registry.backend.suspend();
    for (const call of [registry.setNode('/a'), registry.setData('/b'), registry.unset('/c')]) {
      await expect(call).rejects.toBeInstanceOf(NoConnectionError);
    }
    registry.backend.up();
    await registry.clock.advance(10_000);
    expect(registry.backend.requests).toEqual([]);
    await expectQuietAfterStop(registry);
  });

  it('writes that are put off resolve false, say so, and are carried out when the connection comes', async () => {
    const registry = await offline();
    registry.store.put('/c', bytes('old'));
    expect(await registry.setNode('/a', { x: 1 })).toBe(false);
    expect(await registry.setData('/b', { x: 2 })).toBe(false);
    expect(await registry.unset('/c')).toBe(false);
    expect(registry.logger.lines.filter((line) => line.includes('later'))).toEqual([
      'warn Not connected; /a will be set later',
      'warn Not connected; /b will be set later',
      'warn Not connected; /c will be unset later',
    ]);
    registry.backend.up();
    await turn();
    expect([registry.store.json('/a')?.x, registry.store.json('/b')?.x, registry.store.has('/c')]).toEqual([
      1,
      2,
      false,
    ]);
    expect(registry.store.owner('/a')).toBe(registry.backend.session?.id);
    await expectQuietAfterStop(registry);
  });

  it('the latest wish of a path wins', async () => {
    const registry = await offline();
    await registry.setNode('/a', { x: 1 });
    await registry.unset('/a');
    await registry.setNode('/a', { x: 2 });
    await registry.setNode('/b', { x: 1 });
    await registry.unset('/b');
    registry.backend.up();
    await turn();
    expect(registry.store.json('/a')?.x).toBe(2);
    expect(registry.store.has('/b')).toBe(false);
    expect(registry.backend.of('create')).toEqual(['create /a ephemeral']);
  });

  it('data that was put off is not forgotten for a later call without data', async () => {
    const registry = await offline();
    registry.store.put('/b', bytes({ x: 'old' }));
    await registry.setData('/b', { x: 'new' });
    await registry.setData('/b');
    registry.backend.up();
    await turn();
    expect(registry.store.json('/b')?.x).toBe('new');
  });

  it('an unset that is put off leaves a rival alone to whom we have yielded', async () => {
    const registry = await startedRegistry({ offline: 'defer' });
    await registry.setNode('/a');
    await turn();
    registry.store.put('/a', bytes('rival'), 77n);
    await turn();
    registry.backend.suspend();
    await registry.unset('/a');
    registry.backend.up();
    await registry.clock.advance(60_000);
    expect(registry.store.text('/a')).toBe('rival');
    expect(registry.faults).toEqual([]);
    expect(registry.backend.watches.size).toBe(0);
  });

  it('data are refused where a registration is wished, put off or not', async () => {
    const registry = await offline();
    await registry.setNode('/a');
    await expect(registry.setData('/a')).rejects.toBeInstanceOf(NotOwnerError);
  });

  it('a wish that was put off and cannot be carried out is a fault, and tried again', async () => {
    const registry = await offline();
    await registry.setData('/b', { x: 1 });
    const forbidden = new NotAuthorizedError('/b');
    registry.backend.fail('create', forbidden, 2);
    registry.backend.up();
    await registry.clock.advance(10_000);
    expect(registry.faults).toEqual([forbidden, forbidden]);
    expect(registry.store.json('/b')?.x).toBe(1);
    await expectQuietAfterStop(registry);
  });

  it.each([
    ['unset', (registry: FakeRegistry) => registry.unset('/a')],
    ['data', (registry: FakeRegistry) => registry.setData('/a', { x: 1 })],
  ])(
    '%s that is put off and refused is told of once, and not carried out on what somebody puts there later',
    async (_, wish) => {
      const registry = await offline();
      registry.store.put('/a', bytes('rival'), 77n);
      expect(await wish(registry)).toBe(false);
      registry.backend.up();
      await registry.clock.advance(60_000);
      expect(registry.faults.map(({ code }) => code)).toEqual(['ERR_NDSR_NOT_OWNER']);
      registry.store.delete('/a');
      registry.store.put('/a', bytes('of somebody else'));
      await registry.clock.advance(120_000);
      expect(registry.store.text('/a')).toBe('of somebody else');
      await expectQuietAfterStop(registry);
    },
  );

  it('a later call that fails leaves the wish that was put off', async () => {
    const registry = await offline();
    await registry.setNode('/a', { x: 1 });
    registry.backend.fail('create', new Error('odd'), 3);
    registry.backend.up();
    const call = new Outcome(registry.setNode('/a', { x: 2 }));
    await registry.clock.advance(10_000);
    expect(call.state).toBe('rejected');
    expect(registry.store.json('/a')?.x).toBe(1);
    await expectQuietAfterStop(registry);
  });

  it('the bytes are fixed when the value is given', async () => {
    const registry = await offline();
    const data = { list: [1] };
    await registry.setNode('/a', data);
    data.list.push(2);
    await registry.clock.advance(5_000);
    registry.backend.up();
    await turn();
    expect(registry.store.json('/a')?.list).toEqual([1]);
  });
});

describe('several calls on one path at the same time', () => {
  it('end with what the last one wished, one request at a time', async () => {
    const registry = await startedRegistry();
    const calls = Array.from({ length: 20 }, (_, x) => registry.setNode('/a', { x }));
    expect(await Promise.all(calls)).toEqual(calls.map(() => true));
    expect(registry.store.json('/a')?.x).toBe(19);
    expect(registry.backend.requests.length).toBeLessThanOrEqual(2);
    await expectQuietAfterStop(registry);
  });

  it('of both kinds: the first comes first', async () => {
    const registry = await startedRegistry();
    const calls = [
      registry.setData('/a', { x: 1 }),
      registry.setNode('/a', { x: 2 }),
      registry.setData('/a', { x: 3 }),
    ];
    const results = await Promise.allSettled(calls);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(registry.store.json('/a')?.x).toBe(2);
    expect(registry.store.owner('/a')).toBe(registry.backend.session?.id);
  });

  it('before there is a connection are carried out in their order', async () => {
    const registry = new FakeRegistry();
    const calls = [registry.setNode('/a', { x: 1 }), registry.setNode('/a', { x: 2 }), registry.unset('/b')];
    await Promise.all(calls);
    expect(registry.store.json('/a')?.x).toBe(2);
    expect(registry.backends).toHaveLength(1);
  });
});

describe('read-only', () => {
  it('refuses every write, before and after start, without a connection, and sends nothing', async () => {
    const registry = new FakeRegistry({ readOnly: true });
    const expectRefusals = async (): Promise<void> => {
      for (const call of [registry.setNode('/a'), registry.setData('/a'), registry.unset('/a', { force: true })]) {
        await expect(call).rejects.toBeInstanceOf(ReadOnlyError);
      }
    };
    await expectRefusals();
    expect(registry.backends).toHaveLength(0);
    await registry.start();
    await expectRefusals();
    registry.backend.suspend();
    await expectRefusals();
    await registry.stop();
    await expectRefusals();
    expect(registry.backend.requests).toEqual([]);
  });
});
