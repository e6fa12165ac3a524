import stringWidth from 'string-width';

export interface TableOptions {
  /** The most columns of characters that a line may take; undefined: as many as it needs. */
  readonly width?: number | undefined;
  /** How the heading is shown. */
  heading(text: string): string;
}

const gap = '  ';

/**
 * Rows under headings, each column as wide as what it holds; the last one is cut where the line would be too long. What could move the
 * cursor, or worse, is shown as an escape: data come from strangers.
 */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): string {
  const safe = rows.map((row) => row.map(printable));
  const widths = headings.map((heading, column) =>
    Math.max(stringWidth(heading), ...safe.map((row) => stringWidth(row[column] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cut(
      cells.map((cell, column) => pad(cell, column === cells.length - 1 ? 0 : (widths[column] ?? 0))).join(gap),
      options.width,
    );
  return [options.heading(line(headings)), ...safe.map(line)].map((text) => `${text}\n`).join('');
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

function cut(text: string, width: number | undefined): string {
  const line = text.trimEnd();
  if (width === undefined || stringWidth(line) <= width) return line;
  let [kept, taken] = ['', 1];
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    taken += stringWidth(segment);
    if (taken > width) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Control characters, and those that turn the direction of what follows, as escapes. */
export function printable(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is being escaped
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
