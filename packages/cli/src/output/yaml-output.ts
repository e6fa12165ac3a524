import { Document, type Scalar, type Tags, visit } from 'yaml';
import { escapeLines, needsEscape, type SafeText } from '../safe-text.js';
import { sorted } from './python-output.js';

/**
 * Like Python's `yaml.safe_dump(default_flow_style=False)`: block style, sorted keys, and the rules of YAML 1.1, so that text that looks
 * like a date stays text. Long lines are not folded. Characters that are unsafe for a terminal are escaped in double quotes.
 */
export function toYaml(value: unknown): SafeText {
  const document = new Document(sorted(value), {
    version: '1.1',
    customTags: withoutMerge,
    aliasDuplicateObjects: false,
  });
  // The directive tells parsers the version; Python's neither writes nor needs it.
  document.directives = undefined as never;
  visit(document, { Scalar: (_, scalar) => quoteUnsafe(scalar) });
  return escapeLines(document.toString({ indentSeq: false, lineWidth: 0, singleQuote: true }));
}

/**
 * YAML has escapes only in double quotes. A line end needs none, so that multi-line text stays readable. A plain `<<` merges mappings
 * in YAML 1.1.
 */
function quoteUnsafe(scalar: Scalar): void {
  if (scalar.value === '<<') scalar.type = 'QUOTE_SINGLE';
  else if (typeof scalar.value === 'string' && needsEscape(scalar.value.replaceAll('\n', '')))
    scalar.type = 'QUOTE_DOUBLE';
}

/** A key `<<` is data here, and no request to merge. */
function withoutMerge(tags: Tags): Tags {
  return tags.filter((tag) => typeof tag === 'string' || tag.tag !== 'tag:yaml.org,2002:merge');
}
