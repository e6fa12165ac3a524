import { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InvalidArgumentError } from '../errors/argument-errors.js';
import { BackendError } from '../errors/background-errors.js';
import { nearest } from '../options/nearest.js';
import type { BackendDescriptor } from './backend-descriptor.js';
import { redactUrl } from './parse-registry-url.js';

/** Our own backends, and what to install for each. */
const ownPackages: Readonly<Record<string, string>> = {
  memory: '@ndsr/memory',
  zookeeper: '@ndsr/zookeeper',
  'zookeeper-js': '@ndsr/zookeeper-js',
  'zookeeper-native': '@ndsr/zookeeper-native',
};

const available = `known are ${Object.keys(ownPackages).join(', ')}, and every npm package that exports a backend`;

/** npm's rule; the names of old packages may contain upper case. */
const packageName = /^(?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*$/i;

/**
 * Loads the descriptor of the backend `name`: from the package `@ndsr/name` if it is one of ours, otherwise from the
 * npm package of that name.
 * Never from a file or a built-in module of Node: a name from a configuration must not run a file from the working
 * directory.
 *
 * @param location the part of a URL after the name, to recognise the address of a server without a backend
 * @throws {InvalidArgumentError} the name is not a package name, or the package is not installed; the message has the
 * command that installs it, or the names of our own backends
 * @throws {BackendError} the package cannot be loaded; see `cause`
 */
export async function loadBackend(name: string, location?: string): Promise<BackendDescriptor> {
  if (!packageName.test(name)) {
    const hint = name.includes(':') ? "; a URL goes into 'url'" : '';
    throw new InvalidArgumentError(`Backend '${redactUrl(name)}' is no npm package name${hint}; ${available}`);
  }
  if (isBuiltin(name)) throw new InvalidArgumentError(`Backend '${name}' is a module of Node.js; ${available}`);
  const module = Object.hasOwn(ownPackages, name) ? `@ndsr/${name}` : name;
  const file = locate(module);
  if (file === undefined) throw new InvalidArgumentError(notInstalled(name, location));
  const exported = await importFrom(file, name);
  if (isDescriptor(exported)) return exported;
  throw new InvalidArgumentError(
    `The package '${module}' is no backend: it does not export 'backend' with fromLocation and open`,
  );
}

/**
 * Resolves a module from the application that installed it: from its main file, then from the working directory.
 * It may not be visible from this package at all, under package managers that isolate packages.
 */
function locate(module: string): string | undefined {
  const places = [process.argv[1], join(process.cwd(), 'index.js'), import.meta.filename];
  for (const place of places) {
    if (place === undefined) continue;
    try {
      return createRequire(place).resolve(module);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  return undefined;
}

async function importFrom(location: string, name: string): Promise<unknown> {
  try {
    const module: { readonly backend?: unknown } = await import(pathToFileURL(location).href);
    return module.backend;
  } catch (cause) {
    const install = ownPackages[name];
    const hint = isNotFound(cause) && install !== undefined ? `; install it: npm install ${install}` : '';
    throw new BackendError(`The backend '${name}' cannot be loaded${hint}`, { cause });
  }
}

function notInstalled(name: string, location = ''): string {
  const install = Object.hasOwn(ownPackages, name) ? ownPackages[name] : undefined;
  if (install !== undefined) return `The backend '${name}' is not installed: npm install ${install}`;
  // `zk1:2181` is the address of a server, and reads as a backend of that name.
  const meant = /^\d{1,5}(?:[,/].*)?$/.test(location)
    ? `zookeeper-js://${name}:${location}`
    : nearest(name, Object.keys(ownPackages));
  const hint = meant === undefined ? '' : `. Did you mean '${meant}'?`;
  return `There is no backend '${name}', and no package of that name is installed; ${available}${hint}`;
}

function isNotFound(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
}

function isDescriptor(value: unknown): value is BackendDescriptor {
  if (typeof value !== 'object' || value === null) return false;
  const { open, fromLocation, urlOptions } = value as Partial<Record<keyof BackendDescriptor, unknown>>;
  return typeof open === 'function' && typeof fromLocation === 'function' && typeof urlOptions === 'object';
}
