import { words } from '@unroll/data';
import { AFINN, loadAfinn } from '../corpora/afinn.ts';
import { loadSentimentSentences, SENTIMENT_SENTENCES, SENTIMENTS } from '../corpora/sentiment-sentences.ts';
import { textRecipe } from '../text-classification/text-recipe.ts';

export const sentiment = textRecipe({
  summary: 'sentiment of review sentences: a bidirectional LSTM tells positive from negative ones',
  facts: SENTIMENT_SENTENCES,
  load: loadSentimentSentences,
  classes: SENTIMENTS,
  unit: 'sentence',
  tokenizer: words(),
  lexicon: { facts: AFINN, load: loadAfinn },
  examples: [
    'The battery died after two days.',
    'Great food, and the staff were lovely.',
    'Not worth the money.',
  ],
});
