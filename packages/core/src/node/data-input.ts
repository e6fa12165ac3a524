import type { JsonValue, NodeData } from './node-snapshot.js';

/** The data that a caller may pass for a node: an object of JSON values, or text (stored under `string_value`). */
export type DataInput = NodeData | string;

/**
 * `T`, which may be an interface, if it contains only JSON: strings, numbers, booleans, null, arrays and plain objects
 * of those, and optional properties. Anything that JSON would drop or change (a function, a `Date`, a `bigint`) is
 * `never`.
 */
export type JsonInput<T> = T extends JsonValue | undefined
  ? T
  : T extends (...args: never) => unknown
    ? never
    : T extends object
      ? { readonly [Key in keyof T]: JsonInput<T[Key]> }
      : never;

/**
 * The constraint of a `T` that may be a node's data: a JSON object, which an interface may describe, but no array and
 * no function; text; null or undefined.
 * `T extends WritableData<T>` infers whole unions, which a parameter of the type `T & JsonInput<T>` does not.
 */
export type WritableData<T> =
  | (object & { readonly [Symbol.iterator]?: never; readonly [Symbol.hasInstance]?: never } & {
      readonly [Key in keyof T]: JsonInput<T[Key]>;
    })
  | string
  | null
  | undefined;
