declare const safe: unique symbol;

/**
 * Text that is safe for a terminal: everything from a node, a server or the command line is escaped. The type proves it: streams accept
 * nothing else, and only `escapeControls` makes one of a plain string.
 */
export type SafeText = string & { readonly [safe]: true };

/** Control characters, lone surrogates, line and paragraph separators, and the marks that change the direction of text. */
const unsafe = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
const unsafeInLines = /[^\P{Cc}\n]|[\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Every unsafe character as `\uXXXX`, including line ends. */
export function escapeControls(text: string): SafeText {
  return text.replace(unsafe, escapeOf) as SafeText;
}

/** Like `escapeControls`, but keeps line ends. Inside JSON strings and double quotes in YAML the value stays the same. */
export function escapeLines(text: string): SafeText {
  return text.replace(unsafeInLines, escapeOf) as SafeText;
}

export function needsEscape(text: string): boolean {
  return text.search(unsafe) !== -1;
}

/** A template with trusted literals and safe values. */
export function safeText(words: TemplateStringsArray, ...values: readonly (SafeText | number)[]): SafeText {
  return String.raw({ raw: words }, ...values) as SafeText;
}

export function joinSafe(parts: readonly SafeText[], separator = safeText``): SafeText {
  return parts.join(separator) as SafeText;
}

/** `text` in a colour; the escape sequences are trusted. */
export function styled(format: (text: string) => string, text: SafeText): SafeText {
  return format(text) as SafeText;
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
