// The errors that a program may handle; all other errors are meant for people to read.

export { ArgumentError, type ArgumentErrorOptions } from './errors/argument-error.ts';
export { BackendUnavailableError, type UnavailableBackend } from './errors/backend-unavailable-error.ts';
export { CheckpointError } from './errors/checkpoint-error.ts';
export { DeviceLostError } from './errors/device-lost-error.ts';
export { FormatError } from './errors/format-error.ts';
export { OutOfMemoryError } from './errors/out-of-memory-error.ts';
export { UnrollError, type UnrollErrorOptions } from './errors/unroll-error.ts';
