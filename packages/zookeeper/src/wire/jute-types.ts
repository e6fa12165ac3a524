import type { JuteWriter } from './jute-writer.js';

/** A type of ZooKeeper's encoding (jute), and the function that writes a value of it. */
export interface JuteType<T> {
  write(writer: JuteWriter, value: T): void;
}

/** The value that a type writes. */
export type ValueOf<Type> = Type extends JuteType<infer T> ? T : never;

/** `int` in zookeeper.jute. */
export const int: JuteType<number> = { write: (writer, value) => writer.int(value) };
/** `long` in zookeeper.jute. */
export const long: JuteType<bigint> = { write: (writer, value) => writer.long(value) };
/** `boolean` in zookeeper.jute. */
export const boolean: JuteType<boolean> = { write: (writer, value) => writer.boolean(value) };
/** `ustring` in zookeeper.jute. */
export const ustring: JuteType<string> = { write: (writer, value) => writer.string(value) };
/** `buffer` in zookeeper.jute. */
export const buffer: JuteType<Uint8Array | null> = { write: (writer, value) => writer.buffer(value) };

/** `vector<item>` in zookeeper.jute: the number of items, then the items. */
export function vector<T>(item: JuteType<T>): JuteType<readonly T[]> {
  return {
    write: (writer, values) => {
      writer.int(values.length);
      for (const value of values) item.write(writer, value);
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the type of a field's value is only known where the record is declared
type Fields = Readonly<Record<string, JuteType<any>>>;

/** `class` in zookeeper.jute: its fields one after the other, in the order of the table. */
export function record<Table extends Fields>(
  fields: Table,
): JuteType<{ readonly [Name in keyof Table]: ValueOf<Table[Name]> }> {
  const names = Object.keys(fields);
  const types = Object.values(fields);
  return {
    write: (writer, values) => {
      // By index: iterators cost more than what they iterate over here.
      for (let index = 0; index < names.length; index += 1) {
        const name = names[index];
        if (name !== undefined) types[index]?.write(writer, values[name]);
      }
    },
  };
}
