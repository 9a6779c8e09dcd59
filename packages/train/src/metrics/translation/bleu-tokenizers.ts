import { charactersBetweenSpaces, splitAtSpaces, withoutOuterSpaces } from './python-whitespace.ts';

/** How BLEU tokenizes text, by sacreBLEU's names. */
export type BleuTokenizer = '13a' | 'intl' | 'zh' | 'char' | 'none';

/** The tokenizers. sacreBLEU's other tokenizers need models or dictionaries. */
export const bleuTokenizers: Readonly<Record<BleuTokenizer, (text: string) => string[]>> = {
  '13a': (text) => westernTokens(unescaped(text)),
  intl: internationalTokens,
  zh: (text) => westernTokens(withoutOuterSpaces(text).replace(chinese, ' $& ')),
  char: charactersBetweenSpaces,
  none: splitAtSpaces,
};

/** The preprocessing of NIST's mteval-v13a.pl. */
function unescaped(text: string): string {
  const line = text.replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' ');
  if (!line.includes('&')) return ` ${line} `;
  const entities = { '&quot;': '"', '&amp;': '&', '&lt;': '<', '&gt;': '>' };
  // Replace the entities one after another, as mteval does: `&amp;lt;` becomes `<`.
  return ` ${Object.entries(entities).reduce((whole, [entity, sign]) => whole.replaceAll(entity, sign), line)} `;
}

/** Separates ASCII punctuation. It keeps ' always, . and , between digits, and - unless it follows a digit. */
function westernTokens(text: string): string[] {
  return splitAtSpaces(
    text
      .replace(/[ -&(-+:-@/[-`{-~]/g, ' $& ')
      .replace(/([^0-9])([.,])/g, '$1 $2 ')
      .replace(/([.,])([^0-9])/g, ' $1 $2')
      .replace(/([0-9])(-)/g, '$1 $2 '),
  );
}

/** As mteval-v14.pl: separates symbols, and punctuation except between numbers. */
function internationalTokens(text: string): string[] {
  return splitAtSpaces(
    text
      .replace(/(\P{N})(\p{P})/gu, '$1 $2 ')
      .replace(/(\p{P})(\P{N})/gu, ' $1 $2')
      .replace(/\p{S}/gu, ' $& '),
  );
}

/**
 * The characters that sacreBLEU treats as Chinese. Its ranges for the planes above U+FFFF are misspelt and mean
 * U+2001…U+2A6D and U+2F81…U+2FA1. This pattern copies them, so that scores are equal.
 */
const chinese =
  /[\u2001-\u2a6d\u2e80-\u2fdf\u2ff0-\u303f\u3100-\u312f\u31a0-\u31ef\u3200-\u4db5\u4e00-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\ufe10-\ufe1f\ufe30-\ufe4f\uff00-\uffef]/g;
