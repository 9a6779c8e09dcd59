// Sound: WAV files, resampling and log-mel features.

export { LogMel, type LogMelOptions } from './audio/log-mel.ts';
export type { MelScale } from './audio/mel-filters.ts';
export { type ResampleOptions, resample } from './audio/resample.ts';
export { type ReadWavOptions, readWav, type Sound } from './audio/wav.ts';
