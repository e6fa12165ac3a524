import { describe, expect, it } from 'vitest';
import type { ServerFailure } from '../../src/backend/registry-backend.js';
import { describeFailures } from '../../src/connection/disconnect-reasons.js';
import { NoConnectionError, TlsError } from '../../src/errors/connection-errors.js';
import { FakeRegistry, startedRegistry } from '../support/fake-registry.js';
import '../support/guard.js';
import { Outcome, turn } from '@ndsr/test-support';
import { unreachable } from '../support/unreachable-registry.js';

function failure(server: string, code: string): ServerFailure {
  return { server, error: Object.assign(new Error(`connect ${code} 10.0.0.1`), { code }) };
}

const failures = [failure('zk1:2181', 'ENOTFOUND'), failure('[::1]:2181', 'ECONNREFUSED')];
const listed = 'zk1:2181 (ENOTFOUND), [::1]:2181 (ECONNREFUSED)';

describe('describeFailures', () => {
  const odd = (message: string, code?: string) => [
    { server: 'zk1:2181', error: Object.assign(new Error(message), { code }) },
  ];
  it.each([
    ['nothing', [], ''],
    ['codes of the operating system', failures, listed],
    ['a code with a line in it', [failure('zk1:2181', 'EAI_AGAIN')], 'zk1:2181 (EAI_AGAIN)'],
    ['the message where there is no code', odd('no answer yet'), 'zk1:2181 (no answer yet)'],
    ["the message rather than Node's or our own codes", odd('bad handshake', 'ERR_SSL_X'), 'zk1:2181 (bad handshake)'],
    ['one line', odd('two\n  lines '), 'zk1:2181 (two lines)'],
    ['the name of an error without a message', odd(''), 'zk1:2181 (Error)'],
    ['a message that names the server as it is', odd('No TLS to zk1:2181: expired'), 'No TLS to zk1:2181: expired'],
    [
      'semicolons where a message has commas',
      [...odd('a, b'), ...failures.slice(1)],
      'zk1:2181 (a, b); [::1]:2181 (ECONNREFUSED)',
    ],
  ] as const)('%s', (_, given, text) => expect(describeFailures(given)).toBe(text));

  it('lists the first ten and counts the others', () => {
    const many = Array.from({ length: 15 }, (_, i) => failure(`zk${i}:2181`, 'EHOSTUNREACH'));
    const text = describeFailures(many);
    expect(text).toContain('zk9:2181 (EHOSTUNREACH) and 5 more');
    expect(text).not.toContain('zk10');
  });
});

function refusing(backend: { reachable: boolean; serverFailures: readonly ServerFailure[] }): void {
  backend.reachable = false;
  backend.serverFailures = failures;
}

describe('a registry that reaches no server', () => {
  it.each([
    ['start', (registry: FakeRegistry) => registry.start()],
    ['the first get', (registry: FakeRegistry) => registry.get('/a')],
    ['the first setNode', (registry: FakeRegistry) => registry.setNode('/a')],
    ['rebuild', (registry: FakeRegistry) => registry.rebuild()],
    ['acquireLock', (registry: FakeRegistry) => registry.acquireLock('/a')],
  ] as const)('%s: names each server and its error, and has them as the cause', async (_, call) => {
    const registry = new FakeRegistry({ timeoutMs: 1_000 });
    registry.prepare = refusing;
    const outcome = new Outcome<unknown>(call(registry));
    await registry.clock.advance(1_000);
    expect(outcome.error).toBeInstanceOf(NoConnectionError);
    expect(outcome.error).toMatchObject({ message: `No server answered within 1000 ms: ${listed}` });
    const { cause } = outcome.error as NoConnectionError;
    expect(cause).toBeInstanceOf(AggregateError);
    expect((cause as AggregateError).errors).toEqual(failures.map(({ error }) => error));
  });

  it('has the error of the only server as the cause', async () => {
    const registry = unreachable();
    registry.prepare = (backend) => {
      backend.reachable = false;
      backend.serverFailures = failures.slice(0, 1);
    };
    const outcome = new Outcome(registry.start());
    await registry.clock.advance(1_000);
    expect((outcome.error as NoConnectionError).cause).toBe(failures[0]?.error);
  });

  it('logs the failures of a lazy start', async () => {
    const registry = new FakeRegistry({ lazy: true, timeoutMs: 1_000 });
    registry.prepare = refusing;
    void registry.start();
    await registry.clock.advance(1_000);
    expect(registry.logger.lines).toContain(`warn No server answered within 1000 ms: ${listed}; still trying`);
  });

  it('adds the fault of the backend, unless a server reports the same', async () => {
    const registry = new FakeRegistry({ timeoutMs: 1_000 });
    const error = new TlsError('No TLS connection to zk1:2281: it has expired');
    registry.prepare = (backend) => {
      backend.reachable = false;
      backend.serverFailures = [{ server: 'zk1:2281', error }];
    };
    const first = new Outcome(registry.start());
    await turn();
    registry.backend.emit({ type: 'fault', error });
    await registry.clock.advance(1_000);
    expect(first.error).toMatchObject({ message: `No server answered within 1000 ms: ${error.message}` });
    const second = new Outcome(registry.start());
    await turn();
    registry.backend.emit({ type: 'fault', error: new TlsError('odd') });
    await registry.clock.advance(1_000);
    expect(second.error).toMatchObject({ message: `No server answered within 1000 ms: ${error.message}; odd` });
  });
});

describe('a registry that lost its connection', () => {
  it.each([
    ['a first get', (registry: FakeRegistry) => registry.get('/never/seen')],
    ['setNode', (registry: FakeRegistry) => registry.setNode('/a')],
    ['setData', (registry: FakeRegistry) => registry.setData('/a', { x: 1 })],
    ['unset', (registry: FakeRegistry) => registry.unset('/a')],
    ['acquireLock', (registry: FakeRegistry) => registry.acquireLock('/a')],
    ['holders', (registry: FakeRegistry) => registry.getLock('/a').holders()],
    ['lead', (registry: FakeRegistry) => registry.getElection('/a').lead(() => undefined)],
    ['leader', (registry: FakeRegistry) => registry.getElection('/a').leader()],
    ['contenders', (registry: FakeRegistry) => registry.getElection('/a').contenders()],
  ] as const)('%s: reports the failure of each server known by then', async (_, call) => {
    const registry = await startedRegistry();
    registry.backend.suspend();
    registry.backend.serverFailures = failures.slice(1);
    await registry.setNode('/b').catch(() => undefined);
    registry.backend.serverFailures = failures;
    const error = await call(registry).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      code: 'ERR_NDSR_NO_CONNECTION',
      message: `Not connected to the service registry: ${listed}`,
      cause: { errors: failures.map(({ error: reason }) => reason) },
    });
    await registry.stop();
  });

  it('does not mention servers if its backend does not', async () => {
    const registry = await startedRegistry();
    registry.backend.suspend();
    const error = await registry.setNode('/a').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: 'Not connected to the service registry', path: '/a' });
    expect(error).not.toHaveProperty('cause');
    await registry.stop();
  });
});
