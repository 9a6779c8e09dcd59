import { whitespace } from '@unroll/data';
import { loadSmsSpam, MESSAGE_KINDS, SMS_SPAM } from '../corpora/sms-spam.ts';
import { textRecipe } from '../text-classification/text-recipe.ts';

export const spam = textRecipe({
  summary: 'sentence classification: a bidirectional LSTM tells spam from other text messages',
  facts: SMS_SPAM,
  load: () => loadSmsSpam().map(({ words, label }) => ({ text: words.join(' '), label })),
  classes: MESSAGE_KINDS,
  unit: 'message',
  // The corpus consists of stems.
  tokenizer: whitespace(),
  examples: ['you have won a free prize call now to claim', 'ok see you at home tonight'],
});
