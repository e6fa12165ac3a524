import { escapeControls, joinSafe, type SafeText, safeText } from '../safe-text.js';

export interface TableOptions {
  /** Maximum width of a line in columns; undefined: no limit. */
  readonly width?: number | undefined;
  /** Formats the heading. */
  heading(text: SafeText): SafeText;
}

const gap = '  ';

/** Rows under headings. Each column is as wide as its longest cell; the last one is truncated to the maximum width. */
export async function formatTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): Promise<SafeText> {
  const [head = [], ...body] = [headings, ...rows].map((row) => row.map(escapeControls));
  const widthOf = await measureOf([head, ...body].flat());
  const widths = head.map((heading, column) =>
    Math.max(widthOf(heading), ...body.map((row) => widthOf(row[column] ?? ''))),
  );
  const pad = (cell: SafeText, column: number): string =>
    column === head.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell));
  const line = (cells: readonly SafeText[]): SafeText => cut(cells.map(pad).join(gap), options.width, widthOf);
  return joinSafe([options.heading(line(head)), ...body.map(line)].map((text) => safeText`${text}\n`));
}

type Measure = (text: string) => number;

/** Columns on a terminal. What knows the width of every character takes longer to load than the rest of the command. */
async function measureOf(texts: readonly string[]): Promise<Measure> {
  if (texts.every((text) => /^[ -~]*$/.test(text))) return (text) => text.length;
  const { default: stringWidth } = await import('string-width');
  return stringWidth;
}

/** For escaped cells. */
function cut(text: string, width: number | undefined, widthOf: Measure): SafeText {
  const line = escapeControls(text.trimEnd());
  if (width === undefined || widthOf(line) <= width) return line;
  let [kept, taken] = ['', 1];
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    taken += widthOf(segment);
    if (taken > width) break;
    kept += segment;
  }
  return escapeControls(`${kept}…`);
}
