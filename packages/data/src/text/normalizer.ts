import { checkOptions, kind } from '@unroll/backend/checks';
import { isLocale } from './locale.ts';

export interface NormalizerOptions {
  /** The Unicode normal form; `none` keeps characters unchanged. Default `NFC`. */
  form?: 'NFC' | 'NFD' | 'NFKC' | 'NFKD' | 'none' | undefined;
  /** Default false. */
  lowercase?: boolean | undefined;
  /**
   * The language for `lowercase`, a BCP 47 tag: `tr` keeps a dotless ı. Default: Unicode's rules, which are the same on
   * every machine.
   */
  locale?: string | undefined;
  /** Whether to remove combining marks from letters (`é` → `e`), as BERT does. Default false. */
  stripAccents?: boolean | undefined;
  /** Whether to replace each run of white space by one space, and remove it at the ends. Default false. */
  collapseWhitespace?: boolean | undefined;
}

const kinds = {
  form: kind.choice('NFC', 'NFD', 'NFKC', 'NFKD', 'none'),
  lowercase: kind.flag,
  locale: isLocale,
  stripAccents: kind.flag,
  collapseWhitespace: kind.flag,
};

/**
 * Returns a function that unifies different spellings of a text, so that a vocabulary need not contain each of them.
 *
 * @example
 * const normalize = normalizer({ form: 'NFKC', lowercase: true, collapseWhitespace: true });
 * normalize('  Ｆｕｌｌ  width '); // 'full width'
 */
export function normalizer(options: NormalizerOptions = {}): (text: string) => string {
  const given = checkOptions('normalizer', options, kinds);
  const { form = 'NFC', lowercase = false, locale, stripAccents = false, collapseWhitespace = false } = given;
  const compose = (text: string) => (form === 'none' ? text : text.normalize(form));
  const steps: ((text: string) => string)[] = [];
  // The normal form may create letters that the next steps change (ℌ is H in NFKC), and those steps may break it.
  if (form !== 'none') steps.push(compose);
  if (lowercase) steps.push((text) => (locale ? text.toLocaleLowerCase(locale) : text.toLowerCase()));
  if (stripAccents)
    steps.push((text) =>
      text
        .normalize('NFD')
        .replace(/\p{Mn}/gu, '')
        .normalize('NFC'),
    );
  if (lowercase || stripAccents) steps.push(compose);
  if (collapseWhitespace) steps.push((text) => text.trim().replace(/\s+/gu, ' '));
  return (text) => steps.reduce((changed, step) => step(changed), text);
}
