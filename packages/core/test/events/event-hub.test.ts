import { describe, expect, it, vi } from 'vitest';
import type { CallbackError } from '../../src/errors/background-errors.js';
import { BackendError } from '../../src/errors/background-errors.js';
import { EventHub } from '../../src/events/event-hub.js';
import { formatId } from '../../src/events/registry-events.js';
import '../support/guard.js';
import { turn } from '@ndsr/test-support';

function hub(): { events: EventHub; errors: CallbackError[] } {
  const errors: CallbackError[] = [];
  return { events: new EventHub((error) => errors.push(error)), errors };
}

describe('EventHub', () => {
  it('calls the listeners of a name, in the order in which they were added, and no others', () => {
    const { events } = hub();
    const told: string[] = [];
    events.on('registered', ({ path }) => told.push(`1 ${path}`));
    events.on('registered', ({ path }) => told.push(`2 ${path}`));
    events.on('unregistered', () => told.push('other'));
    events.emit('registered', { path: '/a' });
    expect(told).toEqual(['1 /a', '2 /a']);
  });

  it('adds the same function once, and removes it when it is undone', () => {
    const { events } = hub();
    const listener = vi.fn();
    const off = events.on('registered', listener);
    events.on('registered', listener);
    events.emit('registered', { path: '/a' });
    expect(listener).toHaveBeenCalledOnce();
    off();
    off();
    events.emit('registered', { path: '/b' });
    expect(listener).toHaveBeenCalledOnce();
  });

  it('is not disturbed by listeners that are added and removed meanwhile', () => {
    const { events } = hub();
    const late = vi.fn();
    const gone = vi.fn();
    events.on('registered', () => {
      off();
      events.on('registered', late);
    });
    const off = events.on('registered', gone);
    events.emit('registered', { path: '/a' });
    expect(gone).toHaveBeenCalledOnce();
    expect(late).not.toHaveBeenCalled();
    events.emit('registered', { path: '/b' });
    expect(gone).toHaveBeenCalledOnce();
    expect(late).toHaveBeenCalledOnce();
  });

  it('freezes events', () => {
    const { events } = hub();
    let frozen = false;
    events.on('registered', (event) => {
      frozen = Object.isFrozen(event);
    });
    events.emit('registered', { path: '/a' });
    expect(frozen).toBe(true);
  });

  it('isolates a listener that throws, and reports it as a fault', () => {
    const { events, errors } = hub();
    const cause = new Error('mine');
    const faults: unknown[] = [];
    const other = vi.fn();
    events.on('fault', ({ error }) => faults.push(error));
    events.on('registered', () => {
      throw cause;
    });
    events.on('registered', other);
    events.emit('registered', { path: '/a' });
    expect(other).toHaveBeenCalledOnce();
    expect(errors).toHaveLength(1);
    expect(errors[0]?.cause).toBe(cause);
    expect(faults).toEqual(errors);
  });

  it('reports a listener that rejects, and leaves no unhandled rejection', async () => {
    const { events, errors } = hub();
    events.on('registered', async () => {
      throw new Error('later');
    });
    events.on('fault', async () => {
      throw new Error('later too');
    });
    events.emit('registered', { path: '/a' });
    await turn();
    expect(errors.map(({ cause }) => (cause as Error).message)).toEqual(['later', 'later too']);
  });

  it('does not call a fault listener with its own error', () => {
    const { events, errors } = hub();
    const listener = vi.fn(() => {
      throw new Error('again');
    });
    events.on('fault', listener);
    events.emit('fault', { error: new BackendError('x') });
    expect(listener).toHaveBeenCalledOnce();
    expect(errors).toHaveLength(1);
  });

  it('calls all listeners of one event before any of the next, also when a listener causes it', () => {
    const { events } = hub();
    const told: string[] = [];
    events.on('registered', ({ path }) => {
      told.push(`first ${path}`);
      if (path === '/a') events.emit('unregistered', { path, reason: 'unset' });
    });
    events.on('unregistered', ({ path }) => told.push(`gone ${path}`));
    events.on('registered', ({ path }) => told.push(`second ${path}`));
    events.emit('registered', { path: '/a' });
    events.emit('registered', { path: '/b' });
    expect(told).toEqual(['first /a', 'second /a', 'gone /a', 'first /b', 'second /b']);
  });

  it('continues after the error callback has thrown', () => {
    const events = new EventHub(() => {
      throw new Error('the log is full');
    });
    const listener = vi.fn();
    const off = events.on('registered', () => {
      throw new Error('mine');
    });
    expect(() => events.emit('registered', { path: '/a' })).toThrow('the log is full');
    off();
    events.on('registered', listener);
    events.emit('registered', { path: '/b' });
    expect(listener).toHaveBeenCalledOnce();
  });
});

describe('formatId', () => {
  it.each([
    [0n, '0000000000000000'],
    [0x1000000000001n, '0001000000000001'],
    [-1n, 'ffffffffffffffff'],
  ])('formats %d as servers log it', (id, expected) => {
    expect(formatId(id)).toBe(expected);
  });
});
