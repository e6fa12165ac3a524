import type { RawNode } from '@ndsr/core/backend';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const noBytes: Uint8Array = new Uint8Array(0);

export function bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

export function text(data: Uint8Array | null | undefined): string | null | undefined {
  return data === null || data === undefined ? data : decoder.decode(data);
}

/** Returns the node's children with their data as text. */
export function childTexts(node: RawNode): Map<string, string | null> {
  return new Map([...node.children].map(([name, { data }]) => [name, data === null ? null : decoder.decode(data)]));
}

/** Returns the node's child names, sorted. */
export function childNames(node: RawNode): string[] {
  return [...node.children.keys()].sort();
}

/** Describes a node in a few words, for messages. */
export function describeNode(node: RawNode | undefined): string {
  if (node === undefined) return 'nothing delivered';
  if (node.stat === null) return `${node.path} absent`;
  const { version, cversion, mzxid } = node.stat;
  const data = text(node.data)?.slice(0, 60) ?? 'none';
  const names = childNames(node).slice(0, 20).join(' ');
  return `${node.path} version ${version}, cversion ${cversion}, mzxid ${mzxid}, data ${data}, children [${names}]`;
}
