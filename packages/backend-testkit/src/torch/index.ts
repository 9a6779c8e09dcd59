// What fixtures of PyTorch's answers are made of: cases and their files, the numbers that both sides draw, and how far results
// may be from one another.
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
