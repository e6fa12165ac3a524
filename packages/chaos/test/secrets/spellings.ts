import { inspect } from 'node:util';

/** A name, a password, and every spelling of the password that could be printed. */
export const username = 'ann';
export const password = 'S3CRET:pass@word';

const spellings = [
  password,
  encodeURIComponent(password),
  ...[password, `${username}:${password}`].flatMap((text) => {
    const bytes = Buffer.from(text, 'utf8');
    // The last characters of base64 depend on what follows.
    return [bytes.toString('base64').slice(0, -4), bytes.toString('hex'), bytes.join(',')];
  }),
];

/** The spelling of the password that `text` contains; undefined for none. */
export function secretIn(text: string): string | undefined {
  // Bytes are shown with spaces between them, in columns and lines.
  const packed = text.replaceAll(/\s+/g, '');
  return spellings.find((spelling) => text.includes(spelling) || packed.includes(spelling));
}

/** Every representation of a value: as shown by `console.log`, including hidden properties, and as JSON. */
export function everythingOf(value: unknown): string[] {
  const whole = { depth: 10, maxArrayLength: null, maxStringLength: null } as const;
  return [
    String(value),
    inspect(value, whole),
    inspect(value, { ...whole, showHidden: true }),
    inspect(value, { ...whole, getters: true }),
    ...(value instanceof Error ? everythingOfError(value) : []),
    asJson(value),
  ];
}

function everythingOfError(error: Error): string[] {
  const inner = error instanceof AggregateError ? error.errors : [];
  return [error.stack ?? '', ...[error.cause, ...inner].filter((one) => one !== undefined).flatMap(everythingOf)];
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? '';
  } catch (error) {
    return String(error); // A circle.
  }
}
