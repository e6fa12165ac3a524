// Fills docs/performance.md from docs/performance.json, which `npm run bench -- --json docs/performance.json` writes.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fillPage } from './page.mjs';
import { readTargets } from './targets.mjs';

const docs = new URL('../../../docs/', import.meta.url);
const page = new URL('performance.md', docs);
const run = new URL('performance.json', docs);

const figures = existsSync(run) ? JSON.parse(readFileSync(run, 'utf8')) : undefined;
writeFileSync(page, fillPage(readFileSync(page, 'utf8'), figures, readTargets()));
