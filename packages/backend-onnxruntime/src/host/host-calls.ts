import type { TensorInfo } from '@tensorflow/tfjs-core';
import { isDevelopment } from '@unroll/backend/checks';
import { scopeName } from '@unroll/backend/engine';
import type { KernelInputs } from '../calls/kernel-inputs.ts';
import type { Recorder } from '../calls/recorder.ts';
import { type Operand, Value } from '../recording/recorded.ts';
import { described } from '../recording/recorded-op.ts';
import type { Recording } from '../recording/recording.ts';
import type { TensorData } from '../recording/tensor-data.ts';
import { type HostKernels, shapeDependsOnElements } from './host-kernels.ts';
import { fill, hostTensors, valueFromHost } from './host-tensor.ts';

interface HostCallsOptions {
  readonly kernels: HostKernels;
  /** Whether calls that ONNX cannot express may run on the host */
  readonly isAllowed: boolean;
  readonly data: TensorData;
  readonly recording: Recording;
  readonly recorder: Recorder;
}

/** Kernels of which a warning has told that they run on the host */
const warned = new Set<string>();

/** Runs calls that ONNX cannot express on the host. */
export class HostCalls {
  readonly #options: HostCallsOptions;
  readonly #counts = new Map<string, number>();

  constructor(options: HostCallsOptions) {
    this.#options = options;
  }

  /** Calls that ran on the host, by kernel */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /**
   * Runs a call: at once where all its inputs are computed, else after the operations before it.
   *
   * @param reason why ONNX cannot express the call
   * @throws where the host may not run the call, or the result's shape cannot be known yet
   */
  call(kernel: string, inputs: KernelInputs, attrs: unknown, reason: string): TensorInfo[] {
    const { kernels, data, recorder } = this.#options;
    const operands = recorder.operands(inputs);
    this.#checkAllowed(kernel, operands, reason);
    this.#warnOnce(kernel, operands, reason);
    this.#counts.set(kernel, (this.#counts.get(kernel) ?? 0) + 1);
    const pending = operands.find(({ value }) => !value.isComputed);
    if (!pending) {
      return kernels
        .run(kernel, hostTensors(operands), attrs)
        .map((tensor) => data.add(valueFromHost(tensor)));
    }
    if (shapeDependsOnElements(kernel)) {
      throw new Error(
        `onnxruntime: the shape of what ${kernel} returns depends on ${pending.name}, which has not been computed; ` +
          `read it first: await ${pending.name}.data()`,
      );
    }
    const types = Object.fromEntries(
      operands.map(({ name, value, shape }) => [name, { shape, dtype: value.dtype }]),
    );
    const outputs = kernels.shapes(kernel, types, attrs).map(({ shape, dtype }) => new Value(shape, dtype));
    return recorder.record({
      kernel,
      attrs,
      operands,
      outputs,
      how: (call) => {
        const results = kernels.run(kernel, hostTensors(call.operands), attrs);
        call.outputs.forEach((value, i) => {
          fill(value, results[i]!);
        });
      },
      key: kernel,
      numbers: [],
    });
  }

  /** A first call tells that it is slow: it waits for its inputs, and JavaScript computes it. */
  #warnOnce(kernel: string, operands: readonly Operand[], reason: string): void {
    if (warned.has(kernel) || !isDevelopment()) return;
    warned.add(kernel);
    const call = described({ kernel, operands, origin: scopeName() });
    console.warn(
      `onnxruntime: ${call} runs on the host in JavaScript, because ONNX cannot express it (${reason}). Such calls are slow. ` +
        'This is said once for each operation; onnxruntimeStatistics().hostFallbacks counts them, and the option hostFallback: false refuses them.',
    );
  }

  #checkAllowed(kernel: string, operands: readonly Operand[], reason: string): void {
    const { isAllowed, recording } = this.#options;
    if (!isAllowed) {
      const call = described({ kernel, operands, origin: scopeName() });
      throw new Error(
        `onnxruntime: ONNX cannot express ${call} (${reason}), and the option hostFallback is false; compute this on ` +
          'the host before, or allow it',
      );
    }
    if (recording.isTracing) {
      throw new Error(
        `compile: ${kernel} runs on the host (${reason}), outside of any graph; call it outside of the function`,
      );
    }
  }
}
