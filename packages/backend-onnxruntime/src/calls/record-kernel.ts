import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelLowering, TensorType } from '@unroll/onnx';
import { resultsOfNothing } from '../host/empty-results.ts';
import type { HostCalls } from '../host/host-calls.ts';
import type { HostKernels } from '../host/host-kernels.ts';
import { movedIntegers } from '../host/moved-integers.ts';
import type { Observer } from '../recording/observer.ts';
import { Value } from '../recording/recorded.ts';
import { keyOf } from '../recording/recorded-op.ts';
import type { TensorData } from '../recording/tensor-data.ts';
import { type KernelInputs, notNumeric, typesOf } from './kernel-inputs.ts';
import type { Recorder } from './recorder.ts';
import type { ValueChecks } from './value-checks.ts';

interface KernelRecorderOptions {
  readonly data: TensorData;
  readonly recorder: Recorder;
  readonly checks: ValueChecks;
  readonly hostKernels: HostKernels;
  readonly hostCalls: HostCalls;
  readonly observer: Observer;
}

/** Turns kernel calls into recorded operations. */
export class KernelRecorder {
  readonly #options: KernelRecorderOptions;

  constructor(options: KernelRecorderOptions) {
    this.#options = options;
  }

  /** Records a call, to be run with others as a graph. Where ONNX cannot express the call, the host runs it. */
  record(kernel: string, lowering: KernelLowering, inputs: KernelInputs, attrs: unknown): TensorInfo[] {
    const { data, recorder, checks, hostKernels, hostCalls, observer } = this.#options;
    const types = typesOf(inputs);
    const reason = notNumeric(types) ?? lowering.unsupported?.(types, attrs);
    if (reason !== undefined) return hostCalls.call(kernel, inputs, attrs, reason);
    const outputs = lowering.outputs(types, attrs).map(newValue);
    const operands = recorder.operands(inputs);
    const known = resultsOfNothing(hostKernels, { kernel, attrs, operands }, outputs);
    if (known) {
      for (const value of known)
        for (const part of [value, ...value.parts]) observer.current?.constants.add(part);
      return known.map((value) => data.add(value));
    }
    const moved = recorder.isTracing ? undefined : movedIntegers(hostKernels, { kernel, attrs, operands });
    if (moved) return moved.map((value) => data.add(value));
    for (const [input, size] of Object.entries(lowering.places?.(types, attrs) ?? {})) {
      checks.checkPlaces(kernel, input, inputs[input] as TensorInfo, size);
    }
    return recorder.record({
      kernel,
      attrs,
      operands,
      outputs,
      how: lowering,
      key: keyOf(kernel, lowering.structure?.(types, attrs)),
      numbers: lowering.numbers?.(types, attrs) ?? [],
    });
  }

  /** The same data in another shape. */
  view({ dataId, dtype }: TensorInfo, shape: readonly number[]): TensorInfo {
    this.#options.data.incRef(dataId);
    return { dataId, shape: [...shape], dtype };
  }
}

function newValue({ shape, dtype, parts = [] }: TensorType): Value {
  return new Value(
    shape,
    dtype,
    parts.map((part) => newValue(part)),
  );
}
