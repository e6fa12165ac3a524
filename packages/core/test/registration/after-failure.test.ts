import { describe, expect, it } from 'vitest';
import { NotAuthorizedError } from '../../src/errors/access-errors.js';
import { BackendError } from '../../src/errors/background-errors.js';
import {
  NoConnectionError,
  RequestRefusedError,
  StoppedError,
  TimeoutError,
} from '../../src/errors/connection-errors.js';
import { NotEmptyError, NotOwnerError } from '../../src/errors/node-errors.js';
import { afterFailure, endBy } from '../../src/registration/after-failure.js';
import type { DesiredState } from '../../src/registration/desired-state.js';

const disconnected = new NoConnectionError();
const odd = new BackendError('odd');
const notOwner = new NotOwnerError('/a', 'not ours');
const refused = new RequestRefusedError('/a', 10, 'too large');

describe('afterFailure', () => {
  it.each([
    ['a request that the servers refuse', refused, {}, true, 'schedule'],
    ['a request that the servers refuse, disconnected', refused, { isConnected: false }, true, 'schedule'],
    ['no connection', disconnected, { isConnected: false }, false, 'nothing'],
    ['any error, disconnected', odd, { isConnected: false }, false, 'nothing'],
    ['no connection, and the next one is there', disconnected, { requestedAgain: true }, false, 'schedule'],
    ['a stopped backend, and the next one is there', new StoppedError(), { requestedAgain: true }, false, 'schedule'],
    ['no connection, on a connection', disconnected, {}, false, 'retry'],
    ['any error', odd, {}, true, 'retry'],
    ['any error, requested again', odd, { requestedAgain: true }, true, 'retry'],
    ['a registration that is refused', new NotEmptyError('/a'), {}, true, 'retry'],
    ['data that is refused', notOwner, { isRegistration: false }, true, 'give up'],
    ['data that is not permitted', new NotAuthorizedError('/a'), { isRegistration: false }, true, 'retry'],
  ])('%s', (_name, error, context, report, next) => {
    const whole = { isConnected: true, requestedAgain: false, isRegistration: true, ...context };
    expect(afterFailure(error, whole)).toEqual({ report, next });
  });
});

describe('endBy', () => {
  const desired: DesiredState = { state: 'absent', scope: 'own' };

  it.each([
    ['nothing was sent', disconnected, false, { type: 'unknown' }],
    ['the connection closed', disconnected, true, { type: 'closed', payload: { request: desired, bytes: 2 } }],
    ['no answer', new TimeoutError('late'), true, { type: 'unknown' }],
    ['the registry stopped', new StoppedError(), true, { type: 'unknown' }],
    ['an error from the servers', odd, true, { type: 'answered' }],
  ])('%s', (_name, error, isSent, end) => {
    expect(endBy(error, '/a', isSent ? desired : undefined)).toEqual(end);
  });
});
