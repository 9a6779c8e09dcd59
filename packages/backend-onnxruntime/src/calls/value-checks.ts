import type { TensorInfo } from '@tensorflow/tfjs-core';
import { checkPlaces } from '@unroll/backend/contract';
import type { Elements } from '../arrays/elements.ts';
import { Value } from '../recording/recorded.ts';
import type { Recording } from '../recording/recording.ts';
import type { TensorData } from '../recording/tensor-data.ts';
import type { Recorder } from './recorder.ts';

/** The operation that checks values on the host */
const CHECK = 'Check';

/** Checks values that are indices into other tensors: at once, or when their elements are known. */
export class ValueChecks {
  readonly #data: TensorData;
  readonly #recording: Recording;
  readonly #recorder: Recorder;

  constructor(data: TensorData, recording: Recording, recorder: Recorder) {
    this.#data = data;
    this.#recording = recording;
    this.#recorder = recorder;
  }

  /**
   * Checks a kernel's indices, with the messages of tfjs's own kernels: at once, or after a run has failed because of
   * them.
   */
  checkPlaces(kernel: string, input: string, { dataId }: TensorInfo, size: number): void {
    const value = this.#data.get(dataId);
    const check = (elements: Elements): void => checkPlaces(kernel, input, elements, [size]);
    if (value.elements) check(value.elements);
    else value.checks.push(check);
  }

  /**
   * Registers a check of a value that has yet to be computed. Operations that use the value from here on wait for the
   * check, which runs on the host. So an index out of range stops a training step even if only the gradient needs the
   * index. A traced graph stays in one piece; its run fails at such an index.
   */
  checkWhenKnown(dataId: TensorInfo['dataId'], check: (elements: Elements) => void): void {
    const value = this.#data.get(dataId);
    value.checks.push(check);
    if (this.#recording.isTracing || value.source?.kernel === CHECK) return;
    const checked = new Value(value.shape, value.dtype);
    checked.checks = value.checks;
    this.#recorder.add({
      kernel: CHECK,
      attrs: {},
      operands: [{ name: 'values', value, shape: value.shape }],
      outputs: [checked],
      how: () => {
        for (const each of checked.checks) each(value.elements!);
        checked.setElements(value.elements!.slice(), false);
      },
      key: CHECK,
      numbers: [],
    });
    this.#data.replace(dataId, checked);
  }
}
