import stringWidth from 'string-width';
import { escapeControls, joinSafe, type SafeText, safeText } from '../safe-text.js';

export interface TableOptions {
  /** Maximum width of a line in columns; undefined: no limit. */
  readonly width?: number | undefined;
  /** Formats the heading. */
  heading(text: SafeText): SafeText;
}

const gap = '  ';

/** Rows under headings. Each column is as wide as its longest cell; the last one is truncated to the maximum width. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): SafeText {
  const [head = [], ...body] = [headings, ...rows].map((row) => row.map(escapeControls));
  const widths = head.map((heading, column) =>
    Math.max(stringWidth(heading), ...body.map((row) => stringWidth(row[column] ?? ''))),
  );
  const line = (cells: readonly SafeText[]): SafeText =>
    cut(
      cells.map((cell, column) => pad(cell, column === cells.length - 1 ? 0 : (widths[column] ?? 0))).join(gap),
      options.width,
    );
  return joinSafe([options.heading(line(head)), ...body.map(line)].map((text) => safeText`${text}\n`));
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** For escaped cells. */
function cut(text: string, width: number | undefined): SafeText {
  const line = escapeControls(text.trimEnd());
  if (width === undefined || stringWidth(line) <= width) return line;
  let [kept, taken] = ['', 1];
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    taken += stringWidth(segment);
    if (taken > width) break;
    kept += segment;
  }
  return escapeControls(`${kept}…`);
}
