import { NotEmptyError, NotOwnerError } from '../errors/node-errors.js';
import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { Refusal } from './next-action.js';

/** The error that callers get when `nextAction` refuses. */
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

/** True if `error` is a refusal, by `nextAction` or by the servers. */
export function isRefusal(error: ServiceRegistryError): boolean {
  return error instanceof NotEmptyError || error instanceof NotOwnerError;
}
