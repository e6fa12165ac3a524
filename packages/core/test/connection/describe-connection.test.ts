import { expect, it } from 'vitest';
import { type ConnectionState, describeConnection } from '../../src/connection/connection-state.js';

const session = { id: 255n, timeoutMs: 1_000 };

it.each<[ConnectionState, string]>([
  [{ phase: 'connecting' }, 'Connection connecting'],
  [{ phase: 'connected', session }, 'Connection connected, session 00000000000000ff'],
  [{ phase: 'suspended', session, lostAt: 1 }, 'Connection suspended, session 00000000000000ff'],
  [{ phase: 'lost', session, cause: undefined }, 'Connection lost, session 00000000000000ff'],
  [
    { phase: 'lost', session, cause: 'rebuild() was called' },
    'Connection lost, session 00000000000000ff: rebuild() was called',
  ],
  [{ phase: 'lost', session, cause: new Error('expired') }, 'Connection lost, session 00000000000000ff: expired'],
  [{ phase: 'lost', session, cause: { odd: 1 } }, 'Connection lost, session 00000000000000ff'],
])('%o', (state, line) => {
  expect(describeConnection(state)).toBe(line);
});
