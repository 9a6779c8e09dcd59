export type { LabelledName } from './corpora/labelled-name.ts';
export { codecOf } from './names/codec.ts';
export { NameClassifier } from './names/model.ts';
export { nameTraining } from './names/train.ts';
