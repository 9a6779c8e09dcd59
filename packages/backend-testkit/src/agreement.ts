import type { Subject } from './check.ts';
import { evaluate, gradientsOf, type Operation } from './evaluate.ts';
import { expectClose } from './expectations.ts';
import type { HostTensors } from './host-tensor.ts';

/** Throws unless the backend computes the same results as the reference. */
export async function expectSameResults(
  subject: Subject,
  inputs: HostTensors,
  operation: Operation,
  tolerance: number = subject.forwardTolerance,
): Promise<void> {
  const expected = await evaluate(subject.reference, inputs, operation);
  expectClose(await evaluate(subject.backend, inputs, operation), expected, tolerance);
}

/** Throws unless the outputs, and the gradients by the named inputs, equal those of the reference. */
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
