import { InvalidPathError } from '../errors/argument-errors.js';

/**
 * The characters that ZooKeeper's own `PathUtils.validatePath` refuses: control characters, surrogates (so every
 * character beyond the basic plane, including emoji), private use up to U+F8FF, and U+FFF0 to U+FFFF. Refused here for
 * every backend, because one client library silently cuts a path at a NUL and another asks the server first.
 */
const forbidden = String.raw`\u0000-\u001f\u007f-\u009f\ud800-\uf8ff\ufff0-\uffff`;
const forbiddenCharacter = new RegExp(`[${forbidden}]`);
/**
 * Names, each after a slash, neither `.` nor `..`, without forbidden characters. A path that does not match is examined
 * for the reason.
 */
const wellFormed = new RegExp(String.raw`^(?:/(?!\.\.?(?:/|$))[^/${forbidden}]+)+$`);

/**
 * Checks that `path` is absolute and unambiguous, and returns it.
 *
 * @throws {InvalidPathError} naming the problem: not a string, no leading `/`, a trailing `/`, `//`, `.` or `..` as a
 * name, or a character that ZooKeeper refuses
 */
export function checkPath(path: unknown): string {
  if (typeof path !== 'string')
    throw new InvalidPathError(describeValue(path), `expected a string, got ${typeof path}`);
  if (wellFormed.test(path)) return path;
  const reason = reasonInvalid(path);
  if (reason !== undefined) throw new InvalidPathError(path, reason);
  return path;
}

const wellFormedName = new RegExp(String.raw`^(?!\.\.?$)[^/${forbidden}]+$`);

/**
 * Returns true if `name` is a valid node name: a string, not empty, neither `.` nor `..`, without `/` and the
 * characters that ZooKeeper refuses.
 */
export function isName(name: unknown): name is string {
  return typeof name === 'string' && wellFormedName.test(name);
}

/** Scalars as they are, everything else by its type: an object may contain anything, even a `toString` that throws. */
function describeValue(value: unknown): string {
  return (typeof value === 'object' && value !== null) || typeof value === 'function' ? typeof value : String(value);
}

function reasonInvalid(path: string): string | undefined {
  if (path === '/') return undefined;
  if (!path.startsWith('/')) return 'it must be absolute, that is, start with "/"';
  if (path.endsWith('/')) return 'it must not end with "/"';
  const character = forbiddenCharacter.exec(path);
  if (character !== null) return `character ${describeCharacter(character[0])} at ${character.index} is not allowed`;
  for (const name of path.slice(1).split('/')) {
    if (name === '') return 'it has an empty name ("//")';
    if (name === '.' || name === '..') return `"${name}" is not allowed as a name`;
  }
  return undefined;
}

function describeCharacter(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The path above `path`; undefined for `/` and for text without a slash, so a walk upwards always ends. */
export function parentOf(path: string): string | undefined {
  const cut = path.lastIndexOf('/');
  if (path === '/' || cut < 0) return undefined;
  return cut === 0 ? '/' : path.slice(0, cut);
}

/** The last name of `path`; empty for `/`. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Joins `parent` and `name`. */
export function childOf(parent: string, name: string): string {
  return parent === '/' ? `/${name}` : `${parent}/${name}`;
}
