import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SaslExchange } from './sasl-exchange.js';

/** The service and the host that all ZooKeeper servers use, in place of their names: `SaslServerPrincipal`. */
const digestUri = 'zookeeper/zk-sasl-md5';
const nonceCount = '00000001';
const cnonceBytes = 24;
/** RFC 2831, 2.1.1: a longer challenge is refused. */
const maxChallengeBytes = 2048;
/** A directive: a name, and a token or a quoted string. */
const directive = /\s*([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))\s*(?:,|$)/y;

/** The username and the password of the exchange. */
export interface DigestMd5Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * Begins an exchange of the SASL mechanism DIGEST-MD5 (RFC 2831): an empty token, the response to the server's challenge, and the check that
 * the server knows the password as well.
 *
 * @param cnonce for tests; otherwise random
 */
export function digestMd5(
  { username, password }: DigestMd5Credentials,
  cnonce: string = randomBytes(cnonceBytes).toString('base64'),
): SaslExchange {
  let expectedProof: string | undefined;
  return async (challenge) => {
    if (challenge === null) return new Uint8Array(0);
    const directives = parse(challenge);
    if (expectedProof !== undefined) {
      assertProof(directives.get('rspauth'), expectedProof);
      return null;
    }
    const { nonce, realm } = checked(directives);
    const secret = Buffer.concat([md5(`${username}:${realm}:${password}`), Buffer.from(`:${nonce}:${cnonce}`)]);
    const key = md5(secret).toString('hex');
    const digestOf = (prefix: string): string => {
      const uriHash = md5(`${prefix}:${digestUri}`).toString('hex');
      return md5(`${key}:${nonce}:${nonceCount}:${cnonce}:auth:${uriHash}`).toString('hex');
    };
    expectedProof = digestOf('');
    const fields = [
      'charset=utf-8',
      `username=${quoted(username)}`,
      `realm=${quoted(realm)}`,
      `nonce=${quoted(nonce)}`,
      `nc=${nonceCount}`,
      `cnonce=${quoted(cnonce)}`,
      `digest-uri=${quoted(digestUri)}`,
      `response=${digestOf('AUTHENTICATE')}`,
      'qop=auth',
    ];
    return Buffer.from(fields.join(','));
  };
}

/** @throws if it is no list of directives, or has one twice */
function parse(challenge: Uint8Array): ReadonlyMap<string, string> {
  if (challenge.length > maxChallengeBytes) throw new Error(`a challenge of ${challenge.length} bytes`);
  const text = Buffer.from(challenge).toString('utf8');
  const found = new Map<string, string>();
  directive.lastIndex = 0;
  while (directive.lastIndex < text.length) {
    const match = directive.exec(text);
    const name = match?.[1]?.toLowerCase();
    if (match === null || name === undefined) throw new Error('a challenge that is not of DIGEST-MD5');
    // More than one realm may be offered; the first one is used.
    if (!found.has(name)) found.set(name, match[2]?.replaceAll(/\\(.)/g, '$1') ?? match[3] ?? '');
    else if (name !== 'realm') throw new Error(`a challenge with '${name}' twice`);
  }
  return found;
}

function checked(directives: ReadonlyMap<string, string>): { readonly nonce: string; readonly realm: string } {
  const nonce = directives.get('nonce');
  const qop = (directives.get('qop') ?? 'auth').split(',').map((one) => one.trim());
  if (directives.get('algorithm') !== 'md5-sess' || nonce === undefined)
    throw new Error('a challenge that is not of DIGEST-MD5');
  if (!qop.includes('auth')) throw new Error(`a challenge with qop=${qop.join(',')}; expected auth`);
  return { nonce, realm: directives.get('realm') ?? '' };
}

function assertProof(proof: string | undefined, expected: string): void {
  const given = Buffer.from(proof ?? '');
  const isRight = given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
  if (!isRight) throw new Error('the server does not know the password');
}

function md5(data: string | Uint8Array): Buffer {
  return createHash('md5').update(data).digest();
}

function quoted(value: string): string {
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}
