import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pages, textOf } from '../markdown.mjs';
import { root } from '../workspace.mjs';

const links = pages().flatMap((page) =>
  [...withoutCode(textOf(page)).matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, target = '']) => ({ page, target }))
    .filter(({ target }) => !/^[a-z]+:/.test(target)),
);

describe('the links in the pages', () => {
  it.each(links)('lead somewhere: $page → $target', ({ page, target }) => {
    expect(wrongWith(page, target)).toBeUndefined();
  });

  it.each([
    ['README.md', 'docs/nothing.md', 'there is no docs/nothing.md'],
    ['docs/guide.md', '#no-such-heading', 'docs/guide.md has no heading #no-such-heading'],
    ['docs/guide.md', '../packages/core#nothing', 'packages/core/README.md has no heading #nothing'],
  ])('would be found out: %s → %s', (page, target, complaint) => {
    expect(wrongWith(page, target)).toBe(complaint);
  });
});

/**
 * @param {string} page
 * @param {string} target
 */
function wrongWith(page, target) {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), path)).replace(/\/$/, '');
  if (!existsSync(join(root, file))) return `there is no ${file}`;
  if (anchor === undefined) return undefined;
  const read = statSync(join(root, file)).isDirectory() ? `${file}/README.md` : file;
  return anchorsOf(textOf(read)).includes(anchor) ? undefined : `${read} has no heading #${anchor}`;
}

/**
 * Anchors as GitHub derives them from headings.
 *
 * @param {string} markdown
 */
function anchorsOf(markdown) {
  return [...withoutCode(markdown).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

/** @param {string} markdown */
function withoutCode(markdown) {
  return markdown.replaceAll(/^```.*?^```$/gms, '');
}
