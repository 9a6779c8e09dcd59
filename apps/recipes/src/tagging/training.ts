import {
  batches,
  bucketed,
  buildTextCodec,
  buildVocabulary,
  characters,
  fields,
  listed,
  map,
  type Padded,
  padded,
  type TextCodec,
  type Vocabulary,
} from '@unroll/data';
import { CharacterEncoder, SequenceTagger, WordEncoder } from '@unroll/models';
import * as nn from '@unroll/nn';
import { AdamW } from '@unroll/optim';
import type { TrainerOptions } from '@unroll/train';
import { Accuracy } from '@unroll/train/metrics';
import type { TaggedSentence } from '../corpora/tagged-sentence.ts';
import type { TrainAndTest } from '../corpora/train-and-test.ts';
import { oneCycle } from '../learning-rate.ts';

/** The number of characters of a word that the model reads, with a mark at each end; of a longer word, its last ones. */
const CHARACTERS = 16;

/** Converts sentences and tags to ids. */
export interface TaggingCodecs {
  /** Words in lower case; those that occurred once are unknown */
  readonly words: Vocabulary;
  readonly characters: TextCodec;
  readonly tags: Vocabulary;
}

export function codecsOf(train: readonly TaggedSentence[]): TaggingCodecs {
  const spelled = train.flatMap((sentence) => sentence.map(({ word }) => word));
  const lower = train.map((sentence) => sentence.map(({ word }) => word.toLowerCase()));
  return {
    words: buildVocabulary(lower, { specials: { unk: '<unk>' }, minFrequency: 2 }),
    characters: buildTextCodec(spelled, {
      tokenizer: characters(),
      specials: { pad: '<pad>', unk: '<unk>', bos: '<w>', eos: '</w>' },
      bos: true,
      eos: true,
    }),
    tags: buildVocabulary(train.map((sentence) => sentence.map(({ tag }) => tag))),
  };
}

/** A row of ids for each word: the word, and its characters up to `CHARACTERS`. */
export function encodeWords({ words, characters }: TaggingCodecs, sentence: readonly string[]): number[][] {
  return sentence.map((word) => {
    const spelled = characters.encode(word).slice(-CHARACTERS);
    const padding = new Array<number>(CHARACTERS - spelled.length).fill(0);
    return [words.indexOf(word.toLowerCase()), ...spelled, ...padding];
  });
}

const EMBEDDING_DIM = 100;
/** Size of an embedded character, and of the hidden state that reads characters, in each direction */
const CHARACTER_SIZE = 48;
const HIDDEN_SIZE = 160;
const WORD_DROPOUT = 0.2;
const BATCH_SIZE = 12;
const LR = 3e-3;

/** A bidirectional LSTM over words and, beside them, their characters. */
export function tagger({ words, characters, tags }: TaggingCodecs, dropout = 0.5): SequenceTagger {
  const spelling = new CharacterEncoder({
    embedding: new nn.Embedding({
      numEmbeddings: characters.size,
      embeddingDim: CHARACTER_SIZE,
      paddingIdx: 0,
    }),
    rnn: new nn.LSTM({ inputSize: CHARACTER_SIZE, hiddenSize: CHARACTER_SIZE, bidirectional: true }),
  });
  const inputSize = EMBEDDING_DIM + spelling.outputSize;
  return new SequenceTagger({
    encoder: new WordEncoder({
      // The id of unknown words is 0, so that they are like hidden words.
      words: new nn.Embedding({ numEmbeddings: words.size, embeddingDim: EMBEDDING_DIM, paddingIdx: 0 }),
      characters: spelling,
      rnn: new nn.LSTM({ inputSize, hiddenSize: HIDDEN_SIZE, bidirectional: true }),
      dropout,
      wordDropout: WORD_DROPOUT,
    }),
    numTags: tags.size,
    dropout,
  });
}

export type TagBatch = {
  /** `[N, S, 1 + W]` */
  readonly words: Padded;
  /** `[N, S]` */
  readonly tags: Padded;
  readonly wanted: (readonly number[])[];
};

const collate = fields({
  words: padded({ batchFirst: true, dtype: 'int32' }),
  tags: padded({ batchFirst: true }),
  wanted: listed<readonly number[]>(),
});

/** The training of a tagger: cross-entropy of the tags, evaluated on the test sentences. */
export function taggingTraining(
  model: SequenceTagger,
  codecs: TaggingCodecs,
  { train, test }: TrainAndTest<TaggedSentence>,
  { seed, epochs, fractionDone }: { seed: number; epochs: number; fractionDone: () => number },
): TrainerOptions<TagBatch, { accuracy: Accuracy }> {
  const encoded = (sentences: readonly TaggedSentence[]) =>
    map(sentences, (sentence) => {
      const words = encodeWords(
        codecs,
        sentence.map(({ word }) => word),
      );
      // A tag that was not learnt is predicted for no word.
      const wanted = sentence.map(({ tag }) =>
        codecs.tags.has(tag) ? codecs.tags.indexOf(tag) : codecs.tags.size,
      );
      return { words, tags: wanted.map((tag) => tag % codecs.tags.size), wanted };
    });
  const optimizer = new AdamW(model.parameters(), { lr: LR });
  return {
    model,
    optimizer,
    batches: batches(encoded(train), {
      batchSize: BATCH_SIZE,
      order: bucketed({ seed, poolSize: 500 }),
      lengthOf: ({ words }) => words.length,
      collate,
    }),
    loss: ({ words: { values, lengths }, tags }) =>
      model.loss(values, tags.values, { lengths, labelSmoothing: 0.05 }),
    weight: ({ words }) => words.lengths.reduce((sum, length) => sum + length, 0),
    epochs,
    clipGradNorm: 5,
    schedule: oneCycle(optimizer, fractionDone),
    average: { decay: 0.99 },
    validation: {
      batches: batches(encoded(test), {
        batchSize: 64,
        order: bucketed({ seed }),
        lengthOf: ({ words }) => words.length,
        collate,
      }),
      metrics: { accuracy: new Accuracy() },
      async measure({ words: { values, lengths }, wanted }, { accuracy }) {
        accuracy.update((await model.predict(values, { lengths })).flat(), wanted.flat());
      },
      value: 'accuracy',
      mode: 'max',
    },
  };
}
