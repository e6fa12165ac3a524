import type { ServiceRegistry } from '@ndsr/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { run } from '../../src/index.js';
import { FakeHost } from '../support/fake-host.js';
import { MemoryScene } from '../support/memory-scene.js';

let scene: MemoryScene;
beforeEach(async () => {
  scene = await MemoryScene.open();
});
afterEach(() => scene.close());

/** Characters that must not reach a terminal; line ends are added by `ndsr` itself. */
const unsafe = /[^\P{Cc}\n]|[\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
const hostile = [
  ...range(0x00, 0x1f),
  ...range(0x7f, 0x9f),
  ...[0x061c, 0x200e, 0x200f, 0x2028, 0x2029],
  ...range(0x202a, 0x202e),
  ...range(0x2066, 0x2069),
  ...[0xd800, 0xdbff, 0xdc00, 0xdfff],
].map((code) => String.fromCharCode(code));
/** The ones that ZooKeeper allows in a name. */
const inNames = hostile.filter((character) => /[^\p{Cc}\p{Cs}]/u.test(character));

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

const text = fc
  .array(fc.oneof(fc.constantFrom(...hostile), fc.constantFrom('a', '"', "'", ': ', '\\', 'é', '日')))
  .map(join);
const name = fc
  .array(fc.oneof(fc.constantFrom(...inNames), fc.constantFrom('a', "'", ':', '日')), { minLength: 1, maxLength: 8 })
  .map(join);

function join(parts: readonly string[]): string {
  return parts.join('');
}

/** Every command and format that prints names, data or arguments. */
const commands: readonly (readonly string[])[] = [
  ...['yaml', 'json', 'dir', 'table'].map((format) => ['get', '/p', '-r', '-d', '-o', format]),
  ['tree', '/p', '-d'],
  ['watch', '/p', '-o', 'json', '--once'],
  ['watch', '/p', '-o', 'table', '--once'],
  ['wait', '/p', '--min', '1'],
  ['state', '-o', 'text'],
  ['state', '-o', 'json'],
  ['doctor', '-o', 'text'],
  ['doctor', '-o', 'json'],
];

/** Commands that print their arguments: in errors and other messages on stderr. */
const echoes: readonly ((given: string) => readonly string[])[] = [
  (given) => ['get', given],
  (given) => ['get', `/${given}`],
  (given) => ['set', `/q/${given}`, 'x'],
  (given) => ['unset', `/q/${given}`],
  (given) => ['wait', `/q/${given}`, '--min', '1', '--wait', '0'],
  (given) => ['get', '/p', `--${given}`],
  (given) => ['get', '/p', '-o', given],
  (given) => [given],
  (given) => ['help', given],
  (given) => ['--url', given, 'get', '/'],
  (given) => ['--url', `memory:${given}`, 'doctor'],
  (given) => ['--url', `zookeeper-js://127.0.0.1:1/${given}`, 'doctor', '-o', 'json', '--timeout', '100ms'],
];

async function shown(args: readonly string[], terminal: boolean): Promise<{ out: string; err: string }> {
  const host = new FakeHost({ terminal, env: { ...scene.host.env, NO_COLOR: '1' } });
  await run(args, host);
  return { out: host.stdout.text, err: host.stderr.text };
}

async function fill(registry: ServiceRegistry, child: string, data: string): Promise<void> {
  await registry.setData('/p', data);
  await registry.setData(`/p/${child}`, { [data]: data, list: [data, { [data]: 1 }], short: data.slice(0, 1) });
}

describe('no control character and no mark of direction reaches a terminal', () => {
  it.each(commands)('ndsr %s %s %s %s %s %s', async (...args: readonly string[]) => {
    await fc.assert(
      fc.asyncProperty(name, text, fc.boolean(), async (child, data, terminal) => {
        await fill(scene.other, child, data);
        const { out, err } = await shown(args, terminal);
        await scene.other.unset(`/p/${child}`);
        expect([out.match(unsafe), err.match(unsafe), out === '']).toEqual([null, null, false]);
      }),
      { numRuns: 30, examples: [[join(inNames), join(hostile), false]] },
    );
  });

  it.each(echoes.map((echo) => [echo('…').join(' '), echo] as const))('ndsr %s', async (_, echo) => {
    await fc.assert(
      fc.asyncProperty(text, fc.boolean(), async (given, terminal) => {
        const { out, err } = await shown(echo(given), terminal);
        expect([out.match(unsafe), err.match(unsafe)]).toEqual([null, null]);
      }),
      // A line end would end an echo early and hide the rest.
      { numRuns: 20, examples: [[`a${join(hostile)}b`, false]] },
    );
  });

  it('json and yaml keep the same values', async () => {
    const data = join(hostile.slice(0, -4));
    await fill(scene.other, 'a', data);
    const json = JSON.parse((await shown(['get', '/p', '-d', '-o', 'json'], false)).out);
    expect(json['/p'].data.string_value).toBe(data);
    const yaml = parse((await shown(['get', '/p/a', '-d', '-o', 'yaml'], false)).out, { version: '1.1' });
    expect(yaml['/p/a'].data).toMatchObject({ [data]: data, list: [data, { [data]: 1 }] });
    const line = JSON.parse((await shown(['watch', '/p', '-o', 'json', '--once'], false)).out);
    expect(line.data.string_value).toBe(data);
  });
});
