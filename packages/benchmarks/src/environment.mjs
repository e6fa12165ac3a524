import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { findPython } from './test-bed/find-python.mjs';

/** @import { ZooKeeperServer } from '@ndsr/zookeeper-testing' */

/**
 * @typedef {object} Environment all that a figure depends on beside the code
 * @property {string} commit
 * @property {boolean} clean whether the work tree is that commit
 * @property {{ cores: number, memoryBytes: number, cpu: string, system: string, loadAverage: number }} machine
 * @property {Readonly<Record<string, string>>} versions
 */

const limitMs = 20_000;

/**
 * @param {ZooKeeperServer} server
 * @returns {Promise<Environment>}
 */
export async function readEnvironment(server) {
  return {
    commit: git(['rev-parse', 'HEAD']),
    clean: git(['status', '--porcelain', '--untracked-files=no']) === '',
    machine: machine(),
    versions: {
      node: process.versions.node,
      'zookeeper server': /Zookeeper version: ([\d.]+\d)/i.exec(await server.command('srvr'))?.[1] ?? 'unknown',
      'node-zookeeper-client': versionOf('node-zookeeper-client'),
      zookeeper: versionOf('zookeeper'),
      ...python(),
    },
  };
}

function machine() {
  const [cpu] = cpus();
  return {
    cores: cpus().length,
    memoryBytes: totalmem(),
    cpu: cpu?.model.trim() ?? 'unknown',
    system: `${type()} ${release()}`,
    loadAverage: loadavg()[0] ?? Number.NaN,
  };
}

/** @returns {Record<string, string>} empty where there is none: the others can be measured all the same */
function python() {
  try {
    const program = 'import sys, kazoo.version; print(sys.version.split()[0], kazoo.version.__version__)';
    const [version = '', kazoo = ''] = run(findPython(), ['-c', program]).split(' ');
    return { python: version, kazoo };
  } catch {
    return {};
  }
}

/** @param {string} name */
function versionOf(name) {
  const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return String(JSON.parse(readFileSync(manifest, 'utf8')).version);
}

/** @param {string[]} args */
function git(args) {
  try {
    return run('git', ['-C', new URL('..', import.meta.url).pathname, ...args]);
  } catch {
    return 'unknown';
  }
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function run(program, args) {
  return execFileSync(program, args, {
    encoding: 'utf8',
    timeout: limitMs,
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}
