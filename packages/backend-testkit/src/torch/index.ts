// For fixtures with PyTorch's results: cases and their files, the numbers that both sides draw, and the distance
// between results.
export { largestDistance } from '../distance.ts';
export { functional, type Operation, upload, uploadAll } from '../evaluate.ts';
export { expectClose } from '../expectations.ts';
export { draw, type HostTensor, type HostTensors } from '../host-tensor.ts';
export {
  type Answer,
  answerOf,
  answersOf,
  type Case,
  type FixtureFile,
  inputOf,
  inputsOf,
} from './fixture.ts';
