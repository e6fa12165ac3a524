import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import dnsPromises from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import { isIP } from 'node:net';

const lookup = dns.lookup;
const lookupPromise = dnsPromises.lookup;

type LookupCallback = (error: null, address: string | LookupAddress[], family?: number) => void;

/** A host name that only this process can resolve, with an address that can be changed. Other names resolve as usual. */
export class MovingName implements Disposable {
  readonly name: string;
  #address: string;

  constructor(name: string, address: string) {
    this.name = name;
    this.#address = address;
    const withCallback = (host: string, options: LookupOptions, callback: LookupCallback): unknown =>
      host === name
        ? setImmediate(() => this.#answer(options, callback))
        : Reflect.apply(lookup, dns, [host, options, callback]);
    const withPromise = (host: string, options: LookupOptions): unknown =>
      host === name ? this.#promised(options) : Reflect.apply(lookupPromise, dnsPromises, [host, options]);
    install(withCallback as typeof lookup, withPromise as typeof lookupPromise);
  }

  /** From now on the name resolves to `address`. */
  moveTo(address: string): void {
    this.#address = address;
  }

  [Symbol.dispose](): void {
    install(lookup, lookupPromise);
  }

  get #found(): LookupAddress {
    return { address: this.#address, family: isIP(this.#address) };
  }

  #answer({ all = false }: LookupOptions, callback: LookupCallback): void {
    const { address, family } = this.#found;
    if (all) callback(null, [this.#found]);
    else callback(null, address, family);
  }

  async #promised({ all = false }: LookupOptions): Promise<LookupAddress | LookupAddress[]> {
    return all ? [this.#found] : this.#found;
  }
}

/** Also updates named imports of these functions. */
function install(withCallback: typeof lookup, withPromise: typeof lookupPromise): void {
  dns.lookup = withCallback;
  dnsPromises.lookup = withPromise;
  syncBuiltinESMExports();
}
