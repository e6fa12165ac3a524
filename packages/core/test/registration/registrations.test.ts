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
  it('writes reject, and are not applied later', async () => {
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

  it('deferred writes resolve to false, log a warning, and are applied once there is a connection', async () => {
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

  it('the latest deferred write of a path wins', async () => {
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

  it('deferred data is kept when a later call passes no data', async () => {
    const registry = await offline();
    registry.store.put('/b', bytes({ x: 'old' }));
    await registry.setData('/b', { x: 'new' });
    await registry.setData('/b');
    registry.backend.up();
    await turn();
    expect(registry.store.json('/b')?.x).toBe('new');
  });

  it('a deferred unset keeps the node of a competing owner to which we have yielded', async () => {
    const registry = await startedRegistry({ offline: 'defer' });
    await registry.setNode('/a');
    await turn();
    registry.store.put('/a', bytes('competitor'), 77n);
    await turn();
    registry.backend.suspend();
    await registry.unset('/a');
    registry.backend.up();
    await registry.clock.advance(60_000);
    expect(registry.store.text('/a')).toBe('competitor');
    expect(registry.faults).toEqual([]);
    expect(registry.backend.watches.size).toBe(0);
  });

  it('setData is rejected for a path with a desired registration, deferred or not', async () => {
    const registry = await offline();
    await registry.setNode('/a');
    await expect(registry.setData('/a')).rejects.toBeInstanceOf(NotOwnerError);
  });

  it('a deferred write that fails is a fault, and is tried again', async () => {
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
    ['setData', (registry: FakeRegistry) => registry.setData('/a', { x: 1 })],
  ])(
    'a deferred %s that is refused is reported once, and is not applied to a node that another client creates later',
    async (_, write) => {
      const registry = await offline();
      registry.store.put('/a', bytes('competitor'), 77n);
      expect(await write(registry)).toBe(false);
      registry.backend.up();
      await registry.clock.advance(60_000);
      expect(registry.faults.map(({ code }) => code)).toEqual(['ERR_NDSR_NOT_OWNER']);
      registry.store.delete('/a');
      registry.store.put('/a', bytes('of another client'));
      await registry.clock.advance(120_000);
      expect(registry.store.text('/a')).toBe('of another client');
      await expectQuietAfterStop(registry);
    },
  );

  it('a later call that fails keeps the deferred write', async () => {
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

  it('the data is encoded when the call is made', async () => {
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
  it('reach the state of the last call, one request at a time', async () => {
    const registry = await startedRegistry();
    const calls = Array.from({ length: 20 }, (_, x) => registry.setNode('/a', { x }));
    expect(await Promise.all(calls)).toEqual(calls.map(() => true));
    expect(registry.store.json('/a')?.x).toBe(19);
    expect(registry.backend.requests.length).toBeLessThanOrEqual(2);
    await expectQuietAfterStop(registry);
  });

  it('of both kinds are applied in order', async () => {
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

  it('before there is a connection are applied in order', async () => {
    const registry = new FakeRegistry();
    const calls = [registry.setNode('/a', { x: 1 }), registry.setNode('/a', { x: 2 }), registry.unset('/b')];
    await Promise.all(calls);
    expect(registry.store.json('/a')?.x).toBe(2);
    expect(registry.backends).toHaveLength(1);
  });
});

describe('read-only', () => {
  it('rejects every write, before and after start and without a connection, and sends nothing', async () => {
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
