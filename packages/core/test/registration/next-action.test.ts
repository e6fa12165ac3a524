import { describe, expect, it } from 'vitest';
import { encodeData } from '../../src/codec/encode.js';
import type { NodeKind } from '../../src/node/node-kind.js';
import type { DesiredState, RemovalScope } from '../../src/registration/desired-state.js';
import { nextAction } from '../../src/registration/next-action.js';
import type { ObservedNode, Owner } from '../../src/registration/observed-node.js';
import { bytes } from '../support/fake-store.js';

const data = encodeData('/a', { x: 1 }, { pid: 1, date: new Date(0) }, 1_000_000);

function present(kind: NodeKind, explicit = true): DesiredState {
  return { state: 'present', kind, data, explicit };
}

function absent(scope: RemovalScope): DesiredState {
  return { state: 'absent', scope };
}

function node(owner: Owner, over: { data?: Uint8Array | null; numChildren?: number } = {}): ObservedNode {
  const ownerId = owner === null ? 0n : owner === 'us' ? 1n : 2n;
  return { state: 'present', owner, ownerId, data: data.bytes, version: 3, numChildren: 0, ...over };
}

const other = { data: bytes({ x: 2 }) };
const parent = { numChildren: 1 };
const unknown: ObservedNode = { state: 'unknown' };
const missing: ObservedNode = { state: 'absent' };

describe('nextAction for a registration', () => {
  it.each<[string, ObservedNode, boolean, object]>([
    ['not read yet', unknown, false, { do: 'create', kind: 'ephemeral' }],
    ['not read again', unknown, true, { do: 'create', kind: 'ephemeral' }],
    ['no node', missing, false, { do: 'create', kind: 'ephemeral' }],
    ['ours, as desired', node('us'), true, { do: 'nothing' }],
    ['ours, the desired data in another JSON format', node('us', { data: reformatted() }), true, { do: 'nothing' }],
    ['ours, other data', node('us', other), true, { do: 'write', version: 3 }],
    ['ours, no data', node('us', { data: null }), true, { do: 'write', version: 3 }],
    ['a stale node of our earlier session', node('us-earlier'), true, { do: 'replace', version: 3 }],
    [
      'a stale node of our earlier session, with other data',
      node('us-earlier', other),
      true,
      { do: 'replace', version: 3 },
    ],
    ['a competing owner that was there first', node('other'), false, { do: 'replace', version: 3 }],
    ['a competing owner that took it from us', node('other'), true, { do: 'wait', owner: 2n }],
    ['a persistent node', node(null), false, { do: 'replace', version: 3 }],
    ['a persistent node in place of ours', node(null), true, { do: 'replace', version: 3 }],
    ['a persistent node with children', node(null, parent), false, { do: 'refuse', why: 'not-empty' }],
    ['a competing owner with children', node('other', parent), false, { do: 'refuse', why: 'not-empty' }],
  ])('%s', (_, observed, established, expected) => {
    expect(nextAction(present('ephemeral'), observed, established)).toMatchObject(expected);
    expect(nextAction(present('ephemeral', false), observed, established)).toMatchObject(expected);
  });
});

describe('nextAction for data', () => {
  it.each<[string, ObservedNode, boolean, object]>([
    ['not read yet', unknown, true, { do: 'read' }],
    ['no node', missing, true, { do: 'create', kind: 'persistent' }],
    ['as desired', node(null), true, { do: 'nothing' }],
    ['another pid and created', node(null, { data: bytes({ pid: 2, x: 1 }) }), true, { do: 'nothing' }],
    ['other data', node(null, other), true, { do: 'write', version: 3 }],
    ['other data, none given', node(null, other), false, { do: 'nothing' }],
    ['no data, none given', node(null, { data: null }), false, { do: 'write', version: 3 }],
    ['zero bytes, none given', node(null, { data: new Uint8Array() }), false, { do: 'write', version: 3 }],
    ['a node with children', node(null, { ...other, ...parent }), true, { do: 'write', version: 3 }],
    ['a registration of another client', node('other'), true, { do: 'refuse', why: 'foreign-registration' }],
    ['a registration of ours', node('us'), true, { do: 'refuse', why: 'own-registration' }],
    ['a stale node of our earlier session', node('us-earlier'), true, { do: 'refuse', why: 'own-registration' }],
  ])('%s', (_, observed, explicit, expected) => {
    expect(nextAction(present('persistent', explicit), observed, false)).toMatchObject(expected);
  });
});

describe('nextAction for absence', () => {
  it.each<[string, RemovalScope, ObservedNode, object]>([
    ['not read yet', 'own', unknown, { do: 'read' }],
    ['no node', 'unowned', missing, { do: 'nothing' }],
    ['ours', 'own', node('us'), { do: 'remove', version: 3 }],
    ['a stale node of our earlier session', 'own', node('us-earlier'), { do: 'remove', version: 3 }],
    ['persistent, own scope', 'own', node(null), { do: 'nothing' }],
    ['a competing owner, own scope', 'own', node('other'), { do: 'nothing' }],
    ['persistent', 'unowned', node(null), { do: 'remove', version: 3 }],
    ['a competing owner', 'unowned', node('other'), { do: 'refuse', why: 'foreign-registration' }],
    ['a competing owner, by force', 'any', node('other'), { do: 'remove', version: 3 }],
    ['with children', 'unowned', node(null, parent), { do: 'refuse', why: 'not-empty' }],
    ['with children, by force', 'any', node('other', parent), { do: 'refuse', why: 'not-empty' }],
  ])('%s', (_, scope, observed, expected) => {
    expect(nextAction(absent(scope), observed, false)).toEqual(expected);
  });
});

function reformatted(): Uint8Array {
  const { pid, created, x } = JSON.parse(new TextDecoder().decode(data.bytes));
  return bytes(`  { "x": ${x}, "created": "${created}", "pid": ${pid} }\n`);
}
