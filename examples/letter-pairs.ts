// A search over a model of your own: which letters follow which in names, counted. Names are drawn, and the likeliest are found.
import * as nn from '@unroll/nn';
import { beamSearch, type Hypothesis, prefixScorer, sampleSearch, streamTokens } from '@unroll/seq2seq';

const names = 'anna annika hannah johanna joanna jonas johan ida ines irina marina maria mario marian'.split(
  ' ',
);
const letters = ['^', '$', ...'adehijkmnors'];
const tokens = { startToken: 0, endToken: 1, bannedTokens: [0], maxLength: 10 };

// How often each letter follows each other one, with a little for those that never did
const counts = letters.map(() => letters.map(() => 0.01));
for (const name of names) {
  const path = [...`^${name}$`].map((letter) => letters.indexOf(letter));
  for (let i = 1; i < path.length; i++) counts[path[i - 1]!]![path[i]!]!++;
}
const logProbs = counts.map((row) => {
  const total = row.reduce((sum, count) => sum + count, 0);
  return row.map((count) => Math.log(count / total));
});
const after = (before: readonly number[]) => logProbs[before.at(-1)!]!;
const scorer = prefixScorer({ vocabularySize: letters.length, logProbs: after });
const spell = (name: Hypothesis) => name.tokens.map((token) => letters[token]).join('');

const [likely] = await beamSearch(scorer, { ...tokens, beamSize: 5, nBest: 3, minLength: 3 });
console.log('likely:', likely!.map((name) => `${spell(name)} ${name.score.toFixed(1)}`).join(', '));

const generator = new nn.RandomGenerator(7);
const [drawn] = await sampleSearch(scorer, { ...tokens, samples: 5, temperature: 0.8, topP: 0.9, generator });
console.log('drawn:', drawn!.map(spell).join(', '));

let said = '';
const stream = streamTokens(scorer, { ...tokens, method: 'sampling', generator });
for await (const { token } of stream) said += letters[token];
console.log('streamed:', said);
