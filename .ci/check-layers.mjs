// Checks the imports between packages and between layers. No layer imports a layer above it.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { packages } from './members.mjs';

/** @import { Manifest, Member } from './members.mjs' */

/**
 * For each package the imports that its sources may have besides Node itself, and where: true for everywhere, otherwise only below that
 * folder, or below one of those. Tests may import anything.
 *
 * @type {Record<string, Record<string, true | string | string[]>>}
 */
const rules = {
  core: {},
  memory: { '@ndsr/core': true },
  conformance: { '@ndsr/core': true },
  'zookeeper-common': { '@ndsr/core': true },
  zookeeper: { '@ndsr/core': true, '@ndsr/zookeeper-common': true },
  'zookeeper-js': {
    '@ndsr/core': true,
    '@ndsr/zookeeper-common': true,
    // Only there, so that the library can be replaced without other changes.
    'node-zookeeper-client': 'src/library/',
  },
  'zookeeper-native': {
    '@ndsr/core': true,
    '@ndsr/zookeeper-common': true,
    zookeeper: 'src/library/',
  },
  // Servers and proxies use none of our packages.
  'zookeeper-testing': {
    '@ndsr/conformance': ['src/client-suite/', 'src/fixtures/'],
    '@ndsr/core': 'src/',
    '@ndsr/zookeeper-common': 'src/',
  },
  // Private: tests of both clients that speak the protocol in JavaScript.
  'client-tests': {
    '@ndsr/core': true,
    '@ndsr/test-support': true,
    '@ndsr/zookeeper-common': true,
    '@ndsr/zookeeper-testing': true,
    vitest: true,
  },
  'test-support': { 'node-zookeeper-client': 'src/bare-client.ts' },
  // Its backends are dependencies so that they are installed; core imports them.
  cli: {
    '@ndsr/core': true,
    '@ndsr/zookeeper-common': 'src/doctor/',
    '@ndsr/memory': true,
    '@ndsr/zookeeper-js': true,
    '@ndsr/zookeeper-native': true,
    commander: true,
    picocolors: true,
    'string-width': 'src/output/',
    yaml: 'src/output/',
  },
  // Private: injects faults into all of the above.
  chaos: {
    '@ndsr/core': true,
    '@ndsr/test-support': true,
    '@ndsr/memory': true,
    '@ndsr/zookeeper': true,
    '@ndsr/zookeeper-js': true,
    '@ndsr/zookeeper-native': true,
    '@ndsr/zookeeper-testing': true,
    'node-zookeeper-client': true,
  },
  // Private: measures all of them and their peers.
  benchmarks: {
    '@ndsr/memory': true,
    '@ndsr/core': true,
    '@ndsr/zookeeper': true,
    '@ndsr/zookeeper-common': true,
    '@ndsr/zookeeper-js': true,
    '@ndsr/zookeeper-native': true,
    '@ndsr/zookeeper-testing': true,
    'node-zookeeper-client': true,
    zookeeper: true,
  },
};

/**
 * The order of the layers in each package, from the top: names of folders below src and of files in src itself. A file imports from
 * its own folder and from layers below, never from above or beside.
 *
 * @type {Record<string, readonly string[]>}
 */
const layers = {
  core: [
    'index, backend-api',
    'open',
    'service-registry',
    'registry-arguments, registry-parts',
    'election, lock',
    'coordination',
    'cache-file, safety',
    'registration, watch',
    'connection',
    'backend',
    'codec, options',
    'events, node',
    'errors, time, log, diagnostics, builtins',
  ],
  memory: [
    'index',
    'backend',
    'memory-service-registry',
    'memory-backend',
    'memory-session, memory-store',
    'ensemble',
    'watch-index, fault-plan',
    'message-queue, node-tree, no-tls',
  ],
  conformance: ['index', 'suite-cases', 'registry-suite', 'backend-suite', 'support', 'scaffold'],
  'zookeeper-common': [
    'index',
    'zookeeper-backend',
    'access, parents, read, write',
    'watch',
    'session',
    'tls',
    'transport',
    'errors, server-list, retry',
    'client, wire',
  ],
  zookeeper: [
    'index',
    'backend',
    'zookeeper-service-registry',
    'zookeeper-client',
    'session',
    'connection',
    'sasl, watch',
    'wire',
  ],
  'zookeeper-js': ['index', 'backend', 'zookeeper-js-service-registry', 'zookeeper-js-client', 'library'],
  'zookeeper-native': [
    'index',
    'backend',
    'zookeeper-native-service-registry',
    'zookeeper-native-client, no-tls',
    'library',
  ],
  'zookeeper-testing': ['index, fixtures', 'faulty-route', 'client-suite, fake, server, proxy', 'port'],
  'test-support': [
    'index, bare-client',
    'collection-steps, event-recorder, fake-clock, outcome, test-process, within',
    'turn, wait-until',
  ],
  cli: [
    'index',
    'run',
    'program',
    'commands',
    'completion, doctor, health, invoke, registration',
    'guard, operands, data-argument, path-argument, duration, examples, root-command',
    'context',
    'missing-chroot, output, usage-error',
    'exit-codes, progress, tree, url, data-output',
    'endings, talk',
    'host',
    'package-file, safe-text, streams',
  ],
  chaos: ['runners', 'faults', 'workload', 'environment', 'oracle', 'random, size, timeline, within'],
};

if (argv[1] === fileURLToPath(import.meta.url)) {
  const complaints = packages().flatMap((member) => check(member, sourcesOf(member)));
  for (const complaint of complaints) console.error(complaint);
  if (complaints.length > 0) process.exitCode = 1;
  else console.log(`${packages().length} packages, each imports only what it may.`);
}

/**
 * A package of others that `npm run build` puts into the bundle, so that users do not install it. One of ours never is: its classes would
 * exist twice.
 *
 * @param {Manifest} manifest
 * @param {string} name
 */
function isBundled({ devDependencies }, name) {
  return !name.startsWith('@ndsr/') && Object.hasOwn(devDependencies ?? {}, name);
}

/**
 * @param {Pick<Member, 'name' | 'manifest'>} member
 * @param {readonly { file: string, text: string }[]} sources files named from the package's folder on
 * @returns {string[]} what is wrong
 */
export function check({ name, manifest }, sources) {
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  if (rule === undefined) return [`packages/${name}: say in .ci/check-layers.mjs what it may import`];
  const order = Object.hasOwn(layers, name) ? layers[name] : undefined;
  const declared = Object.keys({
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
    ...manifest.peerDependencies,
  });
  const forbidden = declared.filter((dependency) => !Object.hasOwn(rule, dependency));
  return [
    ...forbidden.map((dependency) => `packages/${name}/package.json: may not depend on ${dependency}`),
    ...sources.flatMap(({ file, text }) =>
      importedPackages(text).flatMap((imported) => {
        const where = `packages/${name}/${file}`;
        const place = Object.hasOwn(rule, imported) ? rule[imported] : undefined;
        if (place === undefined) return [`${where}: may not import ${imported}`];
        if (place !== true && ![place].flat().some((folder) => file.startsWith(folder))) {
          return [`${where}: only ${place} may import ${imported}`];
        }
        return declared.includes(imported) || isBundled(manifest, imported)
          ? []
          : [`${where}: ${imported} is no dependency in package.json`];
      }),
    ),
    ...(order === undefined ? [] : sources.flatMap((source) => checkOrder(name, order, source))),
  ];
}

/**
 * @param {string} name
 * @param {readonly string[]} order
 * @param {{ file: string, text: string }} source
 * @returns {string[]}
 */
function checkOrder(name, order, { file, text }) {
  const levels = new Map(order.flatMap((layer, level) => layer.split(', ').map((unit) => [unit, level])));
  const own = unitOf(file);
  const where = `packages/${name}/${file}`;
  if (!levels.has(own)) return [`${where}: give '${own}' a place among the layers in .ci/check-layers.mjs`];
  const others = new Set(importedFiles(file, text).map(unitOf));
  others.delete(own);
  return [...others]
    .filter((other) => (levels.get(other) ?? -1) <= (levels.get(own) ?? 0))
    .map((other) => `${where}: '${own}' may not import from '${other}', which is not below it`);
}

/** @param {string} file `src/watch/snapshot.ts`, `src/index.ts` @returns {string} `watch`, `index` */
function unitOf(file) {
  return (file.split('/')[1] ?? '').replace(/\.[cm]?[jt]s$/, '');
}

/** @param {string} file @param {string} text */
function importedFiles(file, text) {
  const specifiers = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  return specifiers.filter((one) => one.startsWith('.')).map((one) => posix.join(posix.dirname(file), one));
}

/**
 * The packages that a module imports, types and `import()` included.
 *
 * @param {string} text
 */
function importedPackages(text) {
  const specifiers = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const foreign = specifiers.filter((specifier) => !/^(\.|node:)/.test(specifier));
  return [...new Set(foreign.map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')))];
}

/** @param {Member} member */
function sourcesOf({ folder }) {
  const entries = readdirSync(join(folder, 'src'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ file: relative(folder, path).replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }));
}
