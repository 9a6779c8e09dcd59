export type { TaggedSentence } from './corpora/tagged-sentence.ts';
export { codecsOf, tagger, taggingTraining } from './tagging/training.ts';
