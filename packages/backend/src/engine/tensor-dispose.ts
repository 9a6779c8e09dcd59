import { Tensor } from '@tensorflow/tfjs-core';

declare module '@tensorflow/tfjs-core/dist/tensor.js' {
  interface Tensor {
    /** Lets `using` dispose the tensor at the end of its block. */
    [Symbol.dispose](): void;
  }
}

const disposeSymbol: symbol = Symbol.dispose ?? Symbol.for('Symbol.dispose');

if (!(disposeSymbol in Tensor.prototype)) {
  Object.defineProperty(Tensor.prototype, disposeSymbol, {
    configurable: true,
    value(this: Tensor) {
      if (!this.isDisposed) this.dispose();
    },
  });
}
