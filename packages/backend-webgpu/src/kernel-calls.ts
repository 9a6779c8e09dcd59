import type { TensorInfo } from '@tensorflow/tfjs-core';

interface Call {
  readonly scratch: TensorInfo[];
  readonly outputs: TensorInfo[];
}

/** The tensors that the running kernels have created; kernels can be nested. */
export class KernelCalls {
  readonly #dispose: (info: TensorInfo, force: boolean) => void;
  readonly #calls: Call[] = [];

  constructor(dispose: (info: TensorInfo, force: boolean) => void) {
    this.#dispose = dispose;
  }

  output<Info extends TensorInfo>(info: Info): Info {
    this.#calls.at(-1)?.outputs.push(info);
    return info;
  }

  scratch(info: TensorInfo): TensorInfo {
    this.#calls.at(-1)!.scratch.push(info);
    return info;
  }

  /** Runs a kernel's code, then disposes of its scratch tensors, and of its outputs if it fails. */
  run<Result>(code: () => Result): Result {
    const call: Call = { scratch: [], outputs: [] };
    this.#calls.push(call);
    try {
      return code();
    } catch (error) {
      for (const info of call.outputs) this.#dispose(info, true);
      throw error;
    } finally {
      this.#calls.pop();
      for (const info of call.scratch) this.#dispose(info, false);
    }
  }
}
