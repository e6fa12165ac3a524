import { arrivals } from './arrivals.mjs';
import { changes } from './changes.mjs';
import { client } from './client.mjs';
import { imports } from './imports.mjs';
import { latency } from './latency.mjs';
import { lock } from './lock.mjs';
import { lookup } from './lookup.mjs';
import { many } from './many.mjs';
import { pathMemory } from './path-memory.mjs';
import { register } from './register.mjs';
import { restore } from './restore.mjs';
import { snapshots } from './snapshots.mjs';
import { watch } from './watch.mjs';

/** @import { Workload } from './workload.mjs' */

/** In the order in which they are done. @type {readonly Workload[]} */
export const workloads = [
  lookup,
  client,
  register,
  watch,
  latency,
  arrivals,
  changes,
  snapshots,
  restore,
  many,
  pathMemory,
  lock,
  imports,
];
