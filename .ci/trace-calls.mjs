// Lists our files on the path of a call to the socket, and of a change to a callback, on zookeeper-js:
// node .ci/trace-calls.mjs [FOLDER]. The rule: every file in which a function ran between the two ends, by V8's own counts.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { Socket } from 'node:net';
import { join, relative, resolve } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { root } from './workspace.mjs';

const checkout = resolve(argv[2] ?? root);
/** @param {string} name */
const entryOf = (name) => pathToFileURL(join(checkout, 'packages', name, 'dist/index.js')).href;
/** @param {string} name */
const built = (name) => import(entryOf(name));

const inspector = new Session();
inspector.connect();
inspector.post('Profiler.enable');
inspector.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/** @returns {string[]} our files in which a function ran since the last call */
function filesSinceLast() {
  /** @type {Set<string>} */
  const files = new Set();
  inspector.post('Profiler.takePreciseCoverage', (error, coverage) => {
    if (error !== null) throw error;
    for (const { url, functions } of coverage.result) {
      if (
        !url.startsWith('file:') ||
        !url.includes('/dist/') ||
        url.includes('/node_modules/') ||
        url.includes('/zookeeper-testing/')
      )
        continue;
      const place = relative(join(checkout, 'packages'), fileURLToPath(url)).replace(/\/dist\/.*$/, '');
      for (const { functionName, ranges } of functions) {
        const [range] = ranges;
        // The first range of a file is the module itself, which runs when it is imported.
        if (functionName === '' || range === undefined || range.count === 0) continue;
        files.add(`${place}/${sourceAt(fileURLToPath(url), range.startOffset)}`);
      }
    }
  });
  return [...files].sort();
}

/** @type {Map<string, string>} */
const bundles = new Map();

/**
 * The bundle names each source before its code: `// src/open/load-backend.ts`.
 *
 * @param {string} bundle
 * @param {number} offset
 */
function sourceAt(bundle, offset) {
  const text = bundles.get(bundle) ?? readFileSync(bundle, 'utf8');
  bundles.set(bundle, text);
  return [...text.slice(0, offset).matchAll(/^\/\/ (src\/\S+\.ts)$/gm)].at(-1)?.[1] ?? 'src/?';
}

/** @param {string} what @param {readonly string[]} files */
function report(what, files) {
  console.log(`${what}: ${files.length} files`);
  for (const file of files) console.log(`  ${file}`);
}

const { ZooKeeperServer } = await built('zookeeper-testing');
const { ZooKeeperJsServiceRegistry } = await built('zookeeper-js');
const server = await ZooKeeperServer.start();
const options = { servers: server.address, safetyRereadMs: 0 };
const [registry, other] = [new ZooKeeperJsServiceRegistry(options), new ZooKeeperJsServiceRegistry(options)];
const { write, emit } = Socket.prototype;
try {
  // One-time work finishes before the counting starts.
  await registry.setNode('/traced/warm-up', { a: 1 });
  await other.setData('/watched', { a: 1 });
  await registry.get('/watched');

  /** @type {Promise<string[]>} */
  const sent = new Promise((done) => {
    Socket.prototype.write = function (/** @type {any[]} */ ...args) {
      if (String(args[0]).includes('/traced/one')) {
        done(filesSinceLast());
        Socket.prototype.write = write;
      }
      return write.apply(this, /** @type {any} */ (args));
    };
  });
  filesSinceLast();
  const registered = registry.setNode('/traced/one', { a: 1 });
  report('setNode to the socket', await sent);
  await registered;

  /** @type {(files: string[]) => void} */
  let arrived = () => undefined;
  /** @type {Promise<string[]>} */
  const told = new Promise((resolve) => {
    arrived = resolve;
  });
  let calls = 0;
  registry.addCallback('/watched', () => {
    calls += 1;
    if (calls === 2) arrived(filesSinceLast());
  });
  await other.stop();
  Socket.prototype.emit = function (/** @type {any[]} */ ...args) {
    if (args[0] === 'data' && String(args[1]).includes('/watched')) filesSinceLast();
    return emit.apply(this, /** @type {any} */ (args));
  };
  // In a process of its own, so that nothing of the writer is counted.
  const writer = `
    import { ZooKeeperJsServiceRegistry } from ${JSON.stringify(entryOf('zookeeper-js'))};
    const registry = new ZooKeeperJsServiceRegistry({ servers: ${JSON.stringify(server.address)} });
    await registry.setData('/watched', { a: 2 });
    await registry.stop();`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', writer]);
  report('A change from the socket to a callback', await told);
  Socket.prototype.emit = emit;
} finally {
  await Promise.all([registry.stop(), other.stop()]);
  await server.stop();
  inspector.disconnect();
}
