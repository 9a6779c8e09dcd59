// For packages with models of their own: the checks of what encoders and decoders are made of.
export { checkLengths } from './encoder/check-lengths.ts';
export { embeddingKind, layerKind, moduleWith } from './module-kinds.ts';
