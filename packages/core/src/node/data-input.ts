import type { JsonValue, NodeData } from './node-snapshot.js';

/** What a caller may give as a node's data: an object of JSON values, or text (kept under `string_value`). */
export type DataInput = NodeData | string;

/**
 * `T`, an interface among others, if all that it holds is JSON: strings, numbers, booleans, null, arrays and plain objects of
 * them, and properties that may be left out. What JSON would drop or change (a function, a `Date`, a `bigint`) is `never`.
 */
export type JsonInput<T> = T extends JsonValue | undefined
  ? T
  : T extends (...args: never) => unknown
    ? never
    : T extends object
      ? { readonly [Key in keyof T]: JsonInput<T[Key]> }
      : never;

/**
 * The constraint of a `T` that may be a node's data: a JSON object, which an interface may describe, but no array and no function; text; nothing.
 * `T extends WritableData<T>` infers unions whole, which a parameter of the type `T & JsonInput<T>` does not.
 */
export type WritableData<T> =
  | (object & { readonly [Symbol.iterator]?: never; readonly [Symbol.hasInstance]?: never } & {
      readonly [Key in keyof T]: JsonInput<T[Key]>;
    })
  | string
  | null
  | undefined;
