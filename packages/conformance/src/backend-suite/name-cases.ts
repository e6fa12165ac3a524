import assert from 'node:assert/strict';
import { NodeExistsError } from '@ndsr/core/backend';
import { bytes, childTexts, text } from '../support/node-bytes.js';
import { rejectsWith } from '../support/rejection.js';
import type { BackendCase } from './backend-case.js';

/** Names that other clients may use. */
const names: Readonly<Record<string, string>> = {
  'named __proto__': '__proto__',
  'named constructor': 'constructor',
  'named hasOwnProperty': 'hasOwnProperty',
  'named toString': 'toString',
  'named in Chinese': '服务注册表',
  'with accents, composed and not': 'e\u0301té-été',
  'with spaces': ' a  b ',
  'with percent signs': '100%-%2F-%00',
  'with quotes and brackets': `it's "quoted" {[<\`\\>]}`,
  'with shell and URL characters': '?a=b&c#d:e@f;g$h*i!',
  'made of three dots': '...',
  'made of digits': '0000000007',
  'of 255 characters': 'n'.repeat(255),
};

/** Every valid name behaves like any other. */
export const nameCases: readonly BackendCase[] = [
  ...Object.entries(names).map(([what, name]) => nameCase(what, name)),
  {
    name: 'a name that was never created does not exist, whatever objects inherit',
    async run(scene) {
      const backend = await scene.connected();
      await backend.create('/names', bytes('x'));
      for (const name of ['__proto__', 'constructor', 'toString', 'valueOf', 'size']) {
        assert.equal((await backend.read(`/names/${name}`)).stat, null, name);
        assert.equal((await backend.read(`/${name}/child`)).stat, null, name);
        const watch = await backend.watching(`/names/${name}`);
        assert.equal(watch.last?.stat, null, name);
      }
      assert.equal((await backend.read('/names')).children.size, 0);
    },
  },
  {
    name: 'names that differ only in case or in composition are different names',
    async run(scene) {
      const backend = await scene.connected();
      const alike = ['Name', 'name', '\u00e9', 'e\u0301'];
      for (const name of alike) await backend.create(`/alike/${name}`, bytes(name));
      assert.deepEqual(childTexts(await backend.read('/alike')), new Map(alike.map((name) => [name, name])));
    },
  },
];

function nameCase(what: string, name: string): BackendCase {
  return {
    name: `a node ${what} is made, listed, watched, written and removed like any other`,
    async run(scene) {
      const [a, b] = await scene.pair();
      const [list, own] = [await b.watching('/names'), await b.watching(`/names/${name}`)];
      await a.create(`/names/${name}`, bytes('one'), 'ephemeral');
      await a.create(`/${name}/below`, bytes('below'));
      await rejectsWith(NodeExistsError, b.create(`/names/${name}`, bytes('two')), `/names/${name}`);
      assert.deepEqual(childTexts(await b.read('/names')), new Map([[name, 'one']]));
      assert.equal(text((await b.read(`/${name}/below`)).data), 'below');
      await b.write(`/names/${name}`, bytes('two'), 0);
      await list.until(
        'the new data',
        ({ children }) => children.size === 1 && text(children.get(name)?.data) === 'two',
      );
      await own.until('the new data', ({ data }) => text(data) === 'two');
      await a.remove(`/names/${name}`, 1);
      await list.until('the end of the child', ({ children }) => children.size === 0);
      await own.until('its end', ({ stat }) => stat === null);
    },
  };
}
