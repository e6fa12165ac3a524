// Fills docs/performance.md, and draws its plots, from docs/performance.json, which `npm run bench -- --json docs/performance.json` writes.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { growthOf } from './growth.mjs';
import { fillPage, plotFile } from './page.mjs';
import { plot } from './plot.mjs';
import { readTargets } from './targets.mjs';

const docs = new URL('../../../docs/', import.meta.url);
const page = new URL('performance.md', docs);
const run = new URL('performance.json', docs);

const figures = existsSync(run) ? JSON.parse(readFileSync(run, 'utf8')) : undefined;
writeFileSync(page, fillPage(readFileSync(page, 'utf8'), figures, readTargets()));

const growths = growthOf(figures?.results ?? []);
if (growths.length > 0) mkdirSync(new URL('performance/', docs), { recursive: true });
for (const growth of growths) writeFileSync(new URL(plotFile(growth.work), docs), plot(growth));
