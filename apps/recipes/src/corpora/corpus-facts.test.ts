import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { BIRTHS } from './births.ts';
import { BROWN_NEWS } from './brown-news.ts';
import { CMUDICT } from './cmudict.ts';
import { EMOJI_PICTURES } from './emoji-pictures.ts';
import { FASHION_MNIST } from './fashion-mnist.ts';
import { FEMALE_NAMES, MALE_NAMES } from './first-names.ts';
import { MULTI30K } from './multi30k.ts';
import { SENTIMENT_SENTENCES } from './sentiment-sentences.ts';
import { SICK } from './sick.ts';
import { SMS_SPAM } from './sms-spam.ts';
import { SPOKEN_DIGITS } from './spoken-digits.ts';
import { SUNSPOTS } from './sunspots.ts';
import { TINY_SHAKESPEARE } from './tiny-shakespeare.ts';
import { UD_ENGLISH_EWT } from './ud-english-ewt.ts';

const all = [
  BIRTHS,
  BROWN_NEWS,
  CMUDICT,
  EMOJI_PICTURES,
  FASHION_MNIST,
  FEMALE_NAMES,
  MALE_NAMES,
  MULTI30K,
  SENTIMENT_SENTENCES,
  SICK,
  SMS_SPAM,
  SPOKEN_DIGITS,
  SUNSPOTS,
  TINY_SHAKESPEARE,
  UD_ENGLISH_EWT,
];

it('names the installed version of a package, or an address', async () => {
  const file = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { dependencies } = JSON.parse(file) as { dependencies: Record<string, string> };
  const installed = Object.entries(dependencies).map(([name, version]) => `npm ${name}@${version}`);
  for (const { source } of all) expect(installed.includes(source) || URL.canParse(source), source).toBe(true);
});
