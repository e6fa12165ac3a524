import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/index.js';
import { Credentials, credentialsFrom } from '../../src/options/credentials.js';

const secret = 'S3CRET';

describe('credentials', () => {
  it('are given both or neither', () => {
    expect(credentialsFrom(undefined, undefined)).toBeUndefined();
    expect(credentialsFrom('ann', secret)?.reveal()).toEqual({ username: 'ann', password: secret });
    expect(() => credentialsFrom('ann', undefined)).toThrow("'username' is given without 'password'");
    expect(() => credentialsFrom(undefined, secret)).toThrow("'password' is given without 'username'");
  });

  it.each([
    ['', secret],
    ['an:n', secret],
    ['ann', ''],
  ])('refuse %j with %j', (username, password) => {
    expect(() => new Credentials(username, password)).toThrow(InvalidArgumentError);
  });

  it('do not expose their password by accident', () => {
    const credentials = new Credentials('ann', secret);
    const shown = [
      inspect({ credentials }, { showHidden: true, depth: 9 }),
      JSON.stringify(credentials),
      `${credentials}`,
    ];
    for (const text of shown) expect(text).not.toContain(secret);
  });
});
