import { expect, it } from 'vitest';
import { everythingOf, password, secretIn, username } from './spellings.js';

const buffer = Buffer.from(`${username}:${password}`);

// Proves that the search of the other tests finds the password in every spelling.
it.each([
  ['a text', `logged in with ${password}`],
  ['a URL', `zookeeper-js://ann:${encodeURIComponent(password)}@host`],
  ['an object', { deep: { options: { password } } }],
  ['a buffer', { auth: [{ scheme: 'digest', auth: buffer }] }],
  ['bytes', { auth: Uint8Array.from(buffer) }],
  ['JSON of a buffer', JSON.stringify({ auth: buffer })],
  ['base64', buffer.toString('base64')],
  ['hexadecimal', buffer.toString('hex')],
  ['the cause of a cause', new Error('a', { cause: new Error('b', { cause: new Error(password) }) })],
  ['a field of an error', Object.assign(new Error('a'), { request: { password } })],
  ['an error of several', new AggregateError([new Error(password)], 'a')],
  ['what is not enumerable', Object.defineProperty({}, 'password', { value: password })],
  [
    'a getter',
    {
      get password() {
        return password;
      },
    },
  ],
  ['a map', new Map([['password', password]])],
])('finds a password in %s', (_, value) => {
  expect(everythingOf(value).some((text) => secretIn(text) !== undefined)).toBe(true);
});

it('finds no spelling in a text without one', () => {
  const quiet = new Error('no password here', { cause: { username, password: '***' } });
  expect(everythingOf(quiet).map(secretIn)).not.toContainEqual(expect.any(String));
});
