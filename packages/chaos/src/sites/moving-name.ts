import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import dnsPromises from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import { isIP } from 'node:net';

const lookup = dns.lookup;
const lookupPromise = dnsPromises.lookup;

type LookupCallback = (error: null, address: string | LookupAddress[], family?: number) => void;

/** A host name that this process alone knows, and whose address changes on demand. All other names are looked up as ever. */
export class MovingName implements Disposable {
  readonly name: string;
  #address: string;

  constructor(name: string, address: string) {
    this.name = name;
    this.#address = address;
    const withCallback = (host: string, options: LookupOptions, callback: LookupCallback): unknown =>
      host === name
        ? setImmediate(() => this.#tell(options, callback))
        : Reflect.apply(lookup, dns, [host, options, callback]);
    const withPromise = (host: string, options: LookupOptions): unknown =>
      host === name ? this.#promised(options) : Reflect.apply(lookupPromise, dnsPromises, [host, options]);
    install(withCallback as typeof lookup, withPromise as typeof lookupPromise);
  }

  /** From now on the name stands for `address`. */
  moveTo(address: string): void {
    this.#address = address;
  }

  [Symbol.dispose](): void {
    install(lookup, lookupPromise);
  }

  get #found(): LookupAddress {
    return { address: this.#address, family: isIP(this.#address) };
  }

  #tell({ all = false }: LookupOptions, callback: LookupCallback): void {
    const { address, family } = this.#found;
    if (all) callback(null, [this.#found]);
    else callback(null, address, family);
  }

  async #promised({ all = false }: LookupOptions): Promise<LookupAddress | LookupAddress[]> {
    return all ? [this.#found] : this.#found;
  }
}

/** Those who imported the functions by name get the same. */
function install(withCallback: typeof lookup, withPromise: typeof lookupPromise): void {
  dns.lookup = withCallback;
  dnsPromises.lookup = withPromise;
  syncBuiltinESMExports();
}
