#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { run } from '../dist/index.js';

// Backends are resolved from here first: npm installs a link, and the link's folder has no backends.
process.argv[1] = fileURLToPath(import.meta.url);
process.exitCode = await run(process.argv.slice(2));
