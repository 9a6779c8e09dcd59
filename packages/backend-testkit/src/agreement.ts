import type { Subject } from './check.ts';
import { evaluate, gradientsOf, type Operation } from './evaluate.ts';
import { expectClose } from './expectations.ts';
import type { HostTensors } from './host-tensor.ts';

/** Throws unless the backend computes what the reference computes. */
export async function expectSameResults(
  subject: Subject,
  inputs: HostTensors,
  operation: Operation,
  tolerance: number = subject.forwardTolerance,
): Promise<void> {
  const expected = await evaluate(subject.reference, inputs, operation);
  expectClose(await evaluate(subject.backend, inputs, operation), expected, tolerance);
}

/** Throws unless outputs, and gradients by the inputs named, are those of the reference. */
export async function expectSameWithGradients(
  subject: Subject,
  inputs: HostTensors,
  operation: Operation,
  differentiable: readonly string[],
): Promise<void> {
  await expectSameResults(subject, inputs, operation);
  const gradients = gradientsOf(operation, differentiable, 'agreement');
  await expectSameResults(subject, inputs, gradients, subject.gradientTolerance);
}
