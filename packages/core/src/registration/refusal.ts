import { NotEmptyError, NotOwnerError } from '../errors/node-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { Refusal } from './decide.js';

/** What a caller is told when `decide` refuses. */
export function refusalError(path: string, why: Refusal): ServiceRegistryError {
  switch (why) {
    case 'not-empty':
      return new NotEmptyError(path);
    case 'foreign-registration':
      return new NotOwnerError(path, `${path} is registered by another live session; unset it with force to remove it`);
    case 'own-registration':
      return new NotOwnerError(path, `${path} is a registration of ours (setNode); unset it before setData`);
  }
}

/** Whether `decide` refused, however the registry was told of it. */
export function isRefusal(error: ServiceRegistryError): boolean {
  return error instanceof NotEmptyError || error instanceof NotOwnerError;
}
