import { describe, expect, it } from 'vitest';
import { encodeData } from '../../src/codec/encode.js';
import type { NodeKind } from '../../src/node/node-kind.js';
import { decide } from '../../src/registration/decide.js';
import type { Owner, Seen } from '../../src/registration/seen.js';
import type { Reach, Wish } from '../../src/registration/wish.js';
import { bytes } from '../support/fake-store.js';

const data = encodeData('/a', { x: 1 }, { pid: 1, date: new Date(0) }, 1_000_000);

function wanted(kind: NodeKind, explicit = true): Wish {
  return { state: 'present', kind, data, explicit };
}

function absent(reach: Reach): Wish {
  return { state: 'absent', reach };
}

function there(owner: Owner, over: { data?: Uint8Array | null; numChildren?: number } = {}): Seen {
  const ownerId = owner === null ? 0n : owner === 'us' ? 1n : 2n;
  return { at: 'present', owner, ownerId, data: data.bytes, version: 3, numChildren: 0, ...over };
}

const other = { data: bytes({ x: 2 }) };
const parent = { numChildren: 1 };
const unknown: Seen = { at: 'unknown' };
const nothing: Seen = { at: 'absent' };

describe('decide, for a registration', () => {
  it.each<[string, Seen, boolean, object]>([
    ['not looked yet', unknown, false, { do: 'create', kind: 'ephemeral' }],
    ['not looked again', unknown, true, { do: 'create', kind: 'ephemeral' }],
    ['nothing there', nothing, false, { do: 'create', kind: 'ephemeral' }],
    ['ours, as wished', there('us'), true, { do: 'nothing' }],
    ['ours, as wished, in another spelling', there('us', { data: spaced() }), true, { do: 'nothing' }],
    ['ours, other data', there('us', other), true, { do: 'write', version: 3 }],
    ['ours, no data', there('us', { data: null }), true, { do: 'write', version: 3 }],
    ['our ghost', there('our-past'), true, { do: 'replace', version: 3 }],
    ['our ghost, with other data', there('our-past', other), true, { do: 'replace', version: 3 }],
    ['a rival that was there first', there('other'), false, { do: 'replace', version: 3 }],
    ['a rival that took it from us', there('other'), true, { do: 'wait', owner: 2n }],
    ['a persistent node', there(null), false, { do: 'replace', version: 3 }],
    ['a persistent node in place of ours', there(null), true, { do: 'replace', version: 3 }],
    ['a persistent node with children', there(null, parent), false, { do: 'refuse', why: 'not-empty' }],
    ['a rival with children', there('other', parent), false, { do: 'refuse', why: 'not-empty' }],
  ])('%s', (_, seen, held, expected) => {
    expect(decide(wanted('ephemeral'), seen, held)).toMatchObject(expected);
    expect(decide(wanted('ephemeral', false), seen, held)).toMatchObject(expected);
  });
});

describe('decide, for data', () => {
  it.each<[string, Seen, boolean, object]>([
    ['not looked yet', unknown, true, { do: 'look' }],
    ['nothing there', nothing, true, { do: 'create', kind: 'persistent' }],
    ['as wished', there(null), true, { do: 'nothing' }],
    ['another pid and created', there(null, { data: bytes({ pid: 2, x: 1 }) }), true, { do: 'nothing' }],
    ['other data', there(null, other), true, { do: 'write', version: 3 }],
    ['other data, none given', there(null, other), false, { do: 'nothing' }],
    ['no data, none given', there(null, { data: null }), false, { do: 'write', version: 3 }],
    ['zero bytes, none given', there(null, { data: new Uint8Array() }), false, { do: 'write', version: 3 }],
    ['a node with children', there(null, { ...other, ...parent }), true, { do: 'write', version: 3 }],
    ['a registration of another', there('other'), true, { do: 'refuse', why: 'foreign-registration' }],
    ['a registration of ours', there('us'), true, { do: 'refuse', why: 'own-registration' }],
    ['a ghost of ours', there('our-past'), true, { do: 'refuse', why: 'own-registration' }],
  ])('%s', (_, seen, explicit, expected) => {
    expect(decide(wanted('persistent', explicit), seen, false)).toMatchObject(expected);
  });
});

describe('decide, for absence', () => {
  it.each<[string, Reach, Seen, object]>([
    ['not looked yet', 'own', unknown, { do: 'look' }],
    ['nothing there', 'unowned', nothing, { do: 'nothing' }],
    ['ours', 'own', there('us'), { do: 'remove', version: 3 }],
    ['our ghost', 'own', there('our-past'), { do: 'remove', version: 3 }],
    ['persistent, own only', 'own', there(null), { do: 'nothing' }],
    ['a rival, own only', 'own', there('other'), { do: 'nothing' }],
    ['persistent', 'unowned', there(null), { do: 'remove', version: 3 }],
    ['a rival', 'unowned', there('other'), { do: 'refuse', why: 'foreign-registration' }],
    ['a rival, by force', 'any', there('other'), { do: 'remove', version: 3 }],
    ['with children', 'unowned', there(null, parent), { do: 'refuse', why: 'not-empty' }],
    ['with children, by force', 'any', there('other', parent), { do: 'refuse', why: 'not-empty' }],
  ])('%s', (_, reach, seen, expected) => {
    expect(decide(absent(reach), seen, false)).toEqual(expected);
  });
});

function spaced(): Uint8Array {
  const { pid, created, x } = JSON.parse(new TextDecoder().decode(data.bytes));
  return bytes(`  { "x": ${x}, "created": "${created}", "pid": ${pid} }\n`);
}
