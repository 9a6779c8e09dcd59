import { type Hypothesis, type Seq2Seq, tokenBatch } from '@unroll/seq2seq';
import { encode, specialTokens } from './characters.ts';

const { paddingToken } = specialTokens;

/** The best that a beam of three finds for each text, with attention where the model has it. */
export async function say(
  model: Seq2Seq,
  texts: readonly string[],
  maxLength: number,
): Promise<Hypothesis[]> {
  const { tokens, lengths: sourceLengths } = tokenBatch(texts.map(encode), { paddingToken });
  const attention = model.decoder.attends;
  const lists = await model.beamSearch(tokens, { sourceLengths, beamSize: 3, maxLength, attention });
  tokens.dispose();
  return lists.map(([best]) => best!);
}
