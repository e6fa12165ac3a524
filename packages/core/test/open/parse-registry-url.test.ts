import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError, openRegistry } from '../../src/index.js';
import { parseRegistryUrl, redactUrl } from '../../src/open/parse-registry-url.js';

function parse(url: string): Record<string, unknown> {
  const { query, ...rest } = parseRegistryUrl(url);
  return { ...rest, query: Object.fromEntries(query) };
}

const nobody = { username: undefined, password: undefined, tls: false };

describe('parseRegistryUrl', () => {
  it.each([
    ['memory:', { backend: 'memory', location: '', query: {}, ...nobody }],
    ['memory:shared', { backend: 'memory', location: 'shared', query: {}, ...nobody }],
    [
      'zookeeper-js://h1:2181,[::1]:2182/chroot?timeoutMs=4000&lazy=true',
      {
        backend: 'zookeeper-js',
        location: 'h1:2181,[::1]:2182/chroot',
        query: { timeoutMs: '4000', lazy: 'true' },
        ...nobody,
      },
    ],
    [
      'zookeeper-js://ann:p%40ss%3Aword@h1/c?x=a%20b',
      {
        backend: 'zookeeper-js',
        location: 'h1/c',
        query: { x: 'a b' },
        username: 'ann',
        password: 'p@ss:word',
        tls: false,
      },
    ],
    [
      'zookeeper-js://ann@h1',
      { backend: 'zookeeper-js', location: 'h1', query: {}, username: 'ann', password: undefined, tls: false },
    ],
    ['@acme/ndsr-etcd://h1', { backend: '@acme/ndsr-etcd', location: 'h1', query: {}, ...nobody }],
    ['memory+tls:a', { backend: 'memory', location: 'a', query: {}, ...nobody, tls: true }],
    [
      'zookeeper-js+tls://ann:x@h1:2281,[::1]:2282/c?caFile=/etc/ca+1.pem',
      {
        backend: 'zookeeper-js',
        tls: true,
        location: 'h1:2281,[::1]:2282/c',
        query: { caFile: '/etc/ca+1.pem' },
        username: 'ann',
        password: 'x',
      },
    ],
  ])('parses %s', (url, parts) => {
    expect(parse(url)).toEqual(parts);
  });

  it.each([
    ['nonsense', /no registry URL/],
    ['', /no registry URL/],
    ['zookeeper-js://h?=4', /option=value/],
    ['zookeeper-js://h?lazy', /option=value/],
    ['zookeeper-js://h?lazy=true&lazy=false', /'lazy' is given twice/],
    ['zookeeper-js://u:%zz@h', /two hexadecimal digits/],
    ['zookeeper-js://ops:s3?cret@h', /'\?' in a user or password as %3F, and '@' in the value of an option as %40/],
    ['zookeeper-js://h?caFile=/a@b', /'@' in the value of an option as %40/],
    ['zookeeper-js://h1:2181,u:p@h2', /a user goes before the first server; write ',' in a user or password as %2C/],
    ['zookeeper-js//u:p@h', /an npm package as backend/],
    ['//u:p@h', /an npm package as backend/],
    ['zookeeper-js+ssl://h', /after the backend's name comes nothing, or '\+tls'/],
    ['zookeeper-js+://h', /or '\+tls'/],
    ['zookeeper-js+tls+tls://h', /or '\+tls'/],
  ])('refuses %s', (url, message) => {
    expect(() => parseRegistryUrl(url)).toThrow(InvalidArgumentError);
    expect(() => parseRegistryUrl(url)).toThrow(message);
  });

  it('returns the encoded parts unchanged', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, fc.dictionary(fc.stringMatching(/^[a-zA-Z]+$/), text), (username, password, options) => {
        const query = Object.entries(options).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
        const url = `b://${encodeURIComponent(username)}:${encodeURIComponent(password)}@h?${query.join('&')}`;
        expect(parse(url)).toEqual({
          backend: 'b',
          tls: false,
          location: 'h',
          username,
          password,
          query: { ...options },
        });
      }),
    );
  });

  it('never quotes user, password or values', () => {
    const secret = 'S3CRET';
    for (const url of [
      `b://u:${secret}@h`,
      `b://${secret}@h?x=%`,
      `b:u:${secret}@h?a=${secret}&a=1`,
      `b://h?p=${secret}`,
      `b://h?p=${secret}@${secret}`,
      `b+tls://u:${secret}@h?p=${secret}`,
      `b+ssl://u:${secret}@h?p=${secret}`,
    ]) {
      expect(redactUrl(url)).not.toContain(secret);
    }
  });

  it('shows enough of a URL to identify it', () => {
    expect(redactUrl('b://u:x@h:2181/c?lazy=true')).toBe('b://***@h:2181/c?lazy=***');
    expect(redactUrl('@acme/b+tls:u:x@h')).toBe('@acme/b+tls:***@h');
    expect(redactUrl('memory:name')).toBe('memory:name');
  });
});

describe('a secret between // and the last @', () => {
  // Longer than any other part of a URL, so that no part contains it by chance.
  const secret = fc.constantFrom('s3cretOne', 'Tr0ub4dor', '%41%42%43%44', 'ﬁve-Ünïcode');
  const junk = fc.string({
    unit: fc.constantFrom(...'@:/?=&+#%,[]. \n\\ab\u0000', '//', '@scope/', '?a=', '+tls'),
    maxLength: 6,
  });
  const before = fc.constantFrom(
    'memory:',
    'zookeeper-js:',
    'zookeeper-js+tls:',
    'https:',
    '@a/b:',
    'a/../b:',
    'x',
    '',
    '+tls:',
    ':',
  );
  const url = fc
    .tuple(before, junk, secret, junk, junk)
    .map(([start, left, hidden, right, rest]) => ({ hidden, url: `${start}//${left}${hidden}${right}@${rest}` }));

  it('is never printed, however malformed the rest is', async () => {
    await fc.assert(
      fc.asyncProperty(url, async ({ hidden, url }) => {
        for (const config of [url, { url }, { backend: 'memory', url }, { backend: url }]) {
          const error = await openRegistry(config).catch((thrown: unknown) => thrown);
          expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(hidden);
        }
      }),
      { numRuns: 500 },
    );
  });
});
