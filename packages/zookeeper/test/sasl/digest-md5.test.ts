import { describe, expect, test } from 'vitest';
import { digestMd5 } from '../../src/sasl/digest-md5.js';

const credentials = { username: 'chris', password: 'secret' };
const bytes = (text: string) => new TextEncoder().encode(text);
const challenge = bytes(
  'realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8',
);

async function answered(text: Uint8Array = challenge) {
  const exchange = digestMd5(credentials, 'OA6MHXh6VqTrRk');
  await exchange(null);
  return { exchange, response: Buffer.from((await exchange(text)) ?? []).toString() };
}

describe('DIGEST-MD5', () => {
  test('begins with an empty token', async () => {
    expect(await digestMd5(credentials)(null)).toEqual(new Uint8Array(0));
  });

  test('answers a challenge, and completes when the server proves that it knows the password', async () => {
    const { exchange, response } = await answered();
    expect(response).toContain('username="chris",realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh"');
    expect(response).toContain('digest-uri="zookeeper/zk-sasl-md5"');
    expect(response).not.toContain('secret');
    await expect(exchange(bytes('rspauth=00000000000000000000000000000000'))).rejects.toThrow(
      /does not know the password/,
    );
  });

  test.each([
    ['nothing', ''],
    ['no nonce', 'algorithm=md5-sess'],
    ['another algorithm', 'nonce="a",algorithm=md5'],
    ['a nonce twice', 'nonce="a",nonce="b",algorithm=md5-sess'],
    ['encryption only', 'nonce="a",qop="auth-conf",algorithm=md5-sess'],
    ['no list of directives', '\u0000\u0001 Kerberos'],
    ['more than 2,048 bytes', `nonce="${'a'.repeat(2_048)}",algorithm=md5-sess`],
    ['a quote that does not end', 'nonce="a,algorithm=md5-sess'],
  ])('refuses a challenge with %s', async (_, text) => {
    await expect(answered(bytes(text))).rejects.toThrow(/challenge/);
  });

  test('two exchanges have different nonces of their own', async () => {
    const responses = await Promise.all(
      [1, 2].map(async () => {
        const exchange = digestMd5(credentials);
        await exchange(null);
        return Buffer.from((await exchange(challenge)) ?? []).toString();
      }),
    );
    expect(responses[0]).not.toBe(responses[1]);
  });
});
