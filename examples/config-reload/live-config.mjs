/**
 * @template T
 * @typedef {object} LiveConfigOptions
 * @property {import('zod').ZodType<T>} schema the schema of the configuration, with its defaults
 * @property {(config: T) => void} [changed] called with each new valid configuration
 * @property {(problem: string) => void} [refused] called with a description of the problem
 */

/**
 * The configuration at a path of the registry, which is always valid: `current` is the last one that matched the schema, or
 * the schema's defaults before there was one.
 *
 * @template T
 */
export class LiveConfig {
  #options;
  /** @type {T} */
  #current;
  /** @type {string} */
  #currentText;

  /** @param {LiveConfigOptions<T>} options */
  constructor(options) {
    this.#options = options;
    this.#current = options.schema.parse({});
    this.#currentText = JSON.stringify(this.#current);
  }

  /**
   * Reads the configuration, and follows it.
   *
   * @template T
   * @param {import('@ndsr/core').ServiceRegistry} registry
   * @param {string} path
   * @param {LiveConfigOptions<T>} options
   */
  static async open(registry, path, options) {
    const config = new LiveConfig(options);
    await registry.get(path, { callback: (snapshot) => config.#take(snapshot) });
    return config;
  }

  get current() {
    return this.#current;
  }

  /** @param {import('@ndsr/core').NodeSnapshot} snapshot */
  #take({ data, stat }) {
    // Deleted or not written yet: nothing changes.
    if (stat === null) return;
    // A node also has the `pid` and `created` of its writer. A z.object drops unknown keys.
    const result = this.#options.schema.safeParse(data ?? {});
    if (!result.success) this.#options.refused?.(problemOf(result.error));
    else this.#use(result.data);
  }

  /** @param {T} config */
  #use(config) {
    const text = JSON.stringify(config);
    if (text === this.#currentText) return;
    this.#current = config;
    this.#currentText = text;
    this.#options.changed?.(config);
  }
}

/** @param {import('zod').ZodError} error */
function problemOf({ issues }) {
  return issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`).join('; ');
}
