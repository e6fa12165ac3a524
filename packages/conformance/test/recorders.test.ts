import assert from 'node:assert/strict';
import { absentNode, type ConnectionEvent } from '@ndsr/core/backend';
import { describe, test } from 'vitest';
import { ConnectionRecorder } from '../src/backend-suite/connection-recorder.js';
import { WatchRecorder } from '../src/backend-suite/watch-recorder.js';
import { Journal } from '../src/scaffold/journal.js';
import { PortGuard } from '../src/scaffold/port-guard.js';

const connected: ConnectionEvent = { type: 'connected', session: { id: 1n, timeoutMs: 1 } };
const another: ConnectionEvent = { type: 'connected', session: { id: 2n, timeoutMs: 1 } };
const suspended: ConnectionEvent = { type: 'suspended', quietMs: 0 };
const lost: ConnectionEvent = { type: 'lost' };

describe('ConnectionRecorder', () => {
  const sequences: [string, ConnectionEvent[], RegExp | undefined][] = [
    ['a life with an outage', [connected, suspended, connected], undefined],
    ['a lost session after an outage', [connected, suspended, lost, another], undefined],
    ['a lost session', [connected, lost, another], undefined],
    ['a connection reported twice', [connected, connected], /'connected' twice/],
    ['suspended at first', [suspended], /'suspended' after 'new'/],
    ['lost at first', [lost], /'lost' after 'new'/],
    ['lost told twice', [connected, lost, lost], /'lost' after 'lost'/],
    ['suspended after lost', [connected, lost, suspended], /'suspended' after 'lost'/],
    ["another session without 'lost'", [connected, suspended, another], /another session without/],
    ["the same session after 'lost'", [connected, lost, connected], /the same session after/],
  ];
  for (const [what, events, complaint] of sequences) {
    test(complaint === undefined ? `takes ${what}` : `finds ${what}`, () => {
      const journal = new Journal();
      const recorder = new ConnectionRecorder(journal, new PortGuard(journal));
      for (const event of events) recorder.observer(event);
      if (complaint === undefined) journal.verdict();
      else assert.throws(() => journal.verdict(), complaint);
    });
  }
});

describe('WatchRecorder', () => {
  function recording(connected = true): { journal: Journal; guard: PortGuard; recorder: WatchRecorder } {
    const journal = new Journal();
    const guard = new PortGuard(journal);
    const rules = { journal, guard, patienceMs: 20, isConnected: () => connected };
    return { journal, guard, recorder: new WatchRecorder('/n', 'data', rules) };
  }

  test('reports a delivery from inside a call of the port', () => {
    const { journal, guard, recorder } = recording();
    guard.call('create', () => recorder.node(absentNode('/n')));
    assert.throws(() => journal.verdict(), /a delivery of \/n came from inside create/);
  });

  test('accepts a call of the port from inside a delivery, and reports a delivery inside that', () => {
    const { journal, guard, recorder } = recording();
    recorder.onDelivery(() => guard.call('read', () => undefined));
    recorder.node(absentNode('/n'));
    journal.verdict();
    recorder.onDelivery(() => guard.call('watch', () => recorder.fault(new Error('x') as never)));
    recorder.node(absentNode('/n'));
    assert.throws(() => journal.verdict(), /came from inside watch/);
  });

  test('reports deliveries after dispose and after close', () => {
    const disposed = recording();
    disposed.recorder.dispose();
    disposed.recorder.node(absentNode('/n'));
    assert.throws(() => disposed.journal.verdict(), /after dispose/);
    const closed = recording();
    closed.guard.closed();
    closed.recorder.node(absentNode('/n'));
    assert.throws(() => closed.journal.verdict(), /after close/);
  });

  test('reports deliveries while there is no connection', () => {
    const { journal, recorder } = recording(false);
    recorder.node(absentNode('/n'));
    assert.throws(() => journal.verdict(), /came while there was no connection/);
  });

  test('names what it waited for in vain, and the actual state', async () => {
    const { recorder } = recording();
    await assert.rejects(
      recorder.until('the node', ({ stat }) => stat !== null),
      /in vain: the watch of \/n delivers the node; instead: nothing delivered/,
    );
  });
});

describe('Journal', () => {
  test('reports the broken rules first, and the failure of the case after them', () => {
    const journal = new Journal();
    const error = new Error('the case');
    assert.throws(() => journal.verdict({ error }), error);
    journal.violation('the rule');
    assert.throws(() => journal.verdict({ error }), /the rule\nand the case failed: Error: the case/);
  });
});
