export { type ErrorsByStress, pronunciationErrors } from './measures/pronunciation-errors.ts';
export {
  codecsOf,
  loadCorpus,
  type PronunciationCodecs,
  type PronunciationCorpus,
} from './pronunciation/corpus.ts';
export { Pronouncer } from './pronunciation/model.ts';
export { pronunciationTraining, SHORT, wordOrder, wordPairs } from './pronunciation/train.ts';
