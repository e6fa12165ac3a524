import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocksIn, pages, textOf } from '../markdown.mjs';
import { packages } from '../members.mjs';
import { readDiagram } from './support/diagram.mjs';

/** @import { Member } from '../members.mjs' */

const diagrams = pages().flatMap((page) =>
  blocksIn(page, textOf(page)).filter(({ language }) => language === 'mermaid'),
);
const { code = '' } = diagrams.find(({ page }) => page === 'docs/architecture.md') ?? {};
const members = new Map(packages().map((member) => [member.manifest.name, member]));
const { boxes, edges } = readDiagram(code);

describe('the diagram of the architecture', () => {
  it.each(diagrams)('can be drawn, as any other: no box has a reserved name: $page:$line', (diagram) => {
    const words = ['call', 'class', 'click', 'default', 'end', 'graph', 'href', 'interpolate', 'style', 'subgraph'];
    const ids = [...diagram.code.matchAll(/(\w+)(?:\[|\(|\{\{)/g)].map(([, id = '']) => id);
    expect(ids.filter((id) => words.includes(id))).toEqual([]);
  });

  it('frames packages that exist', () => {
    const framed = [...new Set(boxes.map(({ frame }) => frame))];
    expect(framed.filter((name) => !members.has(name))).toEqual([]);
    expect(framed.length).toBeGreaterThan(3);
  });

  it('has an edge between two packages where one depends on the other, and nowhere else', () => {
    const drawn = [...new Set(edges.map((edge) => pair(...edge)))].sort();
    expect(drawn).toEqual(dependencies([...new Set(boxes.map(({ frame }) => frame))]).sort());
  });

  it.each(boxes.map(({ label, frame }) => [label, frame]))('names what is there: %s of %s', (label, frame) => {
    const [title = ''] = label.split('<br/>');
    const sources = join(members.get(frame)?.folder ?? '', 'src');
    for (const [, folder = ''] of title.matchAll(/([\w-]+)\//g))
      expect(existsSync(join(sources, folder)), folder).toBe(true);
    const [, name] = /^(?:<b>)?([A-Z]\w+)/.exec(title) ?? [];
    if (name === undefined) return;
    const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).map((file) => file.replace(/.*\//, ''));
    expect(files).toContain(`${kebab(name)}.ts`);
  });
});

/**
 * @param {readonly string[]} names of packages
 * @returns {string[]} which of them depend on which, without a direction
 */
function dependencies(names) {
  return names.flatMap((name) => {
    const { manifest } = /** @type {Member} */ (members.get(name));
    const needed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    return needed.filter((other) => names.includes(other)).map((other) => pair(name, other));
  });
}

/**
 * @param {string} a
 * @param {string} b
 */
function pair(a, b) {
  return [a, b].sort().join(' – ');
}

/** @param {string} name */
function kebab(name) {
  return name
    .replace('ZooKeeper', 'Zookeeper')
    .replaceAll(/(?<=.)[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase();
}
