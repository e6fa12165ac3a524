import type { ServiceRegistryError } from '../errors/service-registry-error.js';
import type { RegistrationRunner } from '../registration/registration-runner.js';
import type { Seen } from '../registration/seen.js';
import { absent, type Difference, type Findings, type Sight, sameSight } from './findings.js';
import type { Watched } from './watched.js';

/** A registration: up but not listed, when its node goes and its watch does not tell. */
export class WatchedRegistration implements Watched {
  readonly #runner: RegistrationRunner;
  #refused = false;

  constructor(runner: RegistrationRunner) {
    this.#runner = runner;
  }

  get path(): string {
    return this.#runner.path;
  }

  async examine(_mostChildren: number, earlier?: Findings): Promise<Findings | undefined> {
    const before = this.#runner.tidings;
    if (before === undefined) return undefined;
    const truth = sightOf(await this.#runner.look());
    this.#refused = false;
    const after = this.#runner.tidings;
    if (after === undefined) return undefined;
    const { deliveries } = earlier === undefined ? before : after;
    return { deliveries, differences: differenceOf(after.seen, truth) };
  }

  repair(): 'silent' {
    this.#runner.renew();
    return 'silent';
  }

  refused(error: ServiceRegistryError): void {
    if (!this.#refused) this.#runner.fault(error);
    this.#refused = true;
  }
}

/** Nothing was told since there is a connection, or something else. What a failed call left unknown is being tried again. */
function differenceOf(seen: Seen | 'untold', truth: Sight): ReadonlyMap<string, Difference> {
  if (seen !== 'untold' && seen.at === 'unknown') return new Map();
  const known = seen === 'untold' ? { mark: 'untold', bytes: null } : sightOf(seen);
  if (sameSight(known, truth)) return new Map();
  const what = seen === 'untold' ? 'silence' : 'node';
  return new Map([[what, { what, known, truth }]]);
}

function sightOf(seen: Seen): Sight {
  if (seen.at !== 'present') return absent;
  return { mark: `${seen.ownerId} ${seen.version}`, bytes: seen.data };
}
