import { InvalidArgumentError } from '../errors/argument-errors.js';

/** The parts of a configuration URL. Only its form has been checked. */
export interface RegistryUrl {
  /** The name of a backend, or of the module that exports it. */
  readonly backend: string;
  /** True for `backend+tls`. */
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly location: string;
  readonly query: ReadonlyMap<string, string>;
}

const packageName = String.raw`(?:@[\w.~-]+/)?[\w.~-]+`;
const form = new RegExp(String.raw`^(${packageName})(?:\+([^:/?]*))?:(?://)?([^?]*)(?:\?(.*))?$`, 's');
const scheme = new RegExp(String.raw`^${packageName}(?:\+\w*)?:(?://)?`);

/**
 * Parses `backend[+tls]://[user:password@]location[?option=value&…]` or `backend[+tls]:location[?…]`. The URL standard
 * does not accept several hosts or bare IPv6 brackets, hence a parser of our own. User, password and values may be
 * percent-encoded.
 *
 * @throws {InvalidArgumentError} quoting the URL without anything that may be a secret
 */
export function parseRegistryUrl(url: string): RegistryUrl {
  if (isAmbiguous(url)) {
    const fix = "write '?' in a user or password as %3F, and '@' in the value of an option as %40";
    throw new InvalidArgumentError(`${redactUrl(url)}: there is a '?' before an '@'; ${fix}`);
  }
  const match = form.exec(url);
  if (match === null) {
    const expected = 'expected backend://location?option=value, with an npm package as backend';
    throw new InvalidArgumentError(`${redactUrl(url)} is no registry URL; ${expected}`);
  }
  const [, backend = '', variant, rest = '', query = ''] = match;
  if (variant !== undefined && variant !== 'tls') {
    throw new InvalidArgumentError(`${redactUrl(url)}: after the backend's name comes nothing, or '+tls'`);
  }
  const at = rest.lastIndexOf('@');
  const user = rest.slice(0, Math.max(0, at));
  if (user.includes(',')) {
    const fix = "a user goes before the first server; write ',' in a user or password as %2C";
    throw new InvalidArgumentError(`${redactUrl(url)}: there is a ',' before the '@'; ${fix}`);
  }
  const { username, password } = at === -1 ? nobody : parseUser(user, url);
  return {
    backend,
    tls: variant === 'tls',
    username,
    password,
    location: rest.slice(at + 1),
    query: parseQuery(query, url),
  };
}

/**
 * Either the password continues after the '?', or an option has an '@': a guess could send a part of the password to
 * the wrong place.
 */
function isAmbiguous(url: string): boolean {
  const mark = url.indexOf('?');
  return mark !== -1 && mark < url.lastIndexOf('@');
}

const nobody = { username: undefined, password: undefined };

function parseUser(text: string, url: string): { username: string; password: string | undefined } {
  const colon = text.indexOf(':');
  if (colon === -1) return { username: decode(text, url), password: undefined };
  return { username: decode(text.slice(0, colon), url), password: decode(text.slice(colon + 1), url) };
}

function parseQuery(text: string, url: string): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    if (equals < 1) throw new InvalidArgumentError(`${redactUrl(url)}: after '?' comes option=value`);
    const name = decode(pair.slice(0, equals), url);
    if (query.has(name)) throw new InvalidArgumentError(`${redactUrl(url)}: option '${name}' is given twice`);
    query.set(name, decode(pair.slice(equals + 1), url));
  }
  return query;
}

function decode(text: string, url: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new InvalidArgumentError(`${redactUrl(url)}: a '%' is not followed by two hexadecimal digits`);
  }
}

/** Returns a URL that is safe to show: without anything before the last '@', and without the values of options. */
export function redactUrl(url: string): string {
  const [start = ''] = scheme.exec(url) ?? [];
  const at = url.lastIndexOf('@');
  if (isAmbiguous(url)) return `${start}***`;
  const shown = at < start.length ? url : `${start}***@${url.slice(at + 1)}`;
  return shown.replace(/=[^&]*/gs, '=***');
}
