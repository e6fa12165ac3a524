import { InvalidArgumentError } from '../errors/argument-errors.js';

/**
 * Returns `NDSR_USERNAME` and `NDSR_PASSWORD` as options; neither if both are unset.
 *
 * @throws {InvalidArgumentError} naming the variable: the person who set it may not know of options
 */
export function credentialsFromEnvironment(): { readonly username?: string; readonly password?: string } {
  const { NDSR_USERNAME: username, NDSR_PASSWORD: password } = process.env;
  if (username === undefined && password === undefined) return {};
  if (password === undefined) throw alone('NDSR_USERNAME', 'NDSR_PASSWORD');
  if (username === undefined) throw alone('NDSR_PASSWORD', 'NDSR_USERNAME');
  if (username === '' || username.includes(':')) {
    throw new InvalidArgumentError("NDSR_USERNAME is empty or has a ':'; expected a name without one");
  }
  if (password === '') throw new InvalidArgumentError('NDSR_PASSWORD is empty; expected a password');
  return { username, password };
}

function alone(set: string, missing: string): InvalidArgumentError {
  return new InvalidArgumentError(`${set} is set and ${missing} is not; set both, or neither`);
}
