#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { run } from '../dist/index.js';

// Where backends are looked for first: npm puts a link elsewhere in its place, and beside that there are none.
process.argv[1] = fileURLToPath(import.meta.url);
process.exitCode = await run(process.argv.slice(2));
