import { checkOptions, kind } from '@unroll/backend/checks';
import { isLocale } from './locale.ts';

export interface NormalizerOptions {
  /** Unicode's normal form; `none` leaves characters as they are. Default `NFC`. */
  form?: 'NFC' | 'NFD' | 'NFKC' | 'NFKD' | 'none' | undefined;
  /** Default false. */
  lowercase?: boolean | undefined;
  /** The language whose rules `lowercase` follows, a BCP 47 tag: `tr` for a dotless ı. Absent: Unicode's, on every machine the same. */
  locale?: string | undefined;
  /** Whether marks without width are taken off their letters (`é` → `e`), as BERT does. Default false. */
  stripAccents?: boolean | undefined;
  /** Whether each run of white space becomes one space, and none stays at the ends. Default false. */
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
 * A function that makes texts alike that differ in writing alone, so that a vocabulary need not know each.
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
  // Letters may come out of the form, or lose it by the other steps: ℌ is H in NFKC.
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
