// For packages with models of their own: the checks of what encoders and decoders are made of, and of what a search is given.
export { checkLengths } from './encoder/check-lengths.ts';
export { decoderKind, embeddingKind, encoderKind, layerKind, moduleDoing } from './module-kinds.ts';
export { drawKinds } from './search/sampling.ts';
