import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { getKernel, type KernelFunc, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core';
import { allocate, isNumeric, type NumericType } from '../execution/buffer-pool.ts';
import type { Elements, HostOnly, Value } from '../recording/value.ts';

type Infos = Record<string, TensorInfo>;
type CpuValues = Parameters<MathBackendCPU['write']>[0];

/** A value's data as the host has it, with the shape in which a call takes it. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly dtype: Value['dtype'];
  readonly elements: Elements | undefined;
  readonly hostOnly: HostOnly | undefined;
}

/** Kernels whose results' shapes depend on their inputs' elements. */
const SHAPE_BY_ELEMENTS = new Set([
  'NonMaxSuppressionV3',
  'NonMaxSuppressionV4',
  'NonMaxSuppressionV5',
  'RaggedGather',
  'RaggedRange',
  'RaggedTensorToTensor',
  'SparseFillEmptyRows',
  'SparseReshape',
  'SparseSegmentMean',
  'SparseSegmentSum',
  'StringNGrams',
  'StringSplit',
  'Unique',
]);

export const shapeDependsOnElements = (kernel: string): boolean => SHAPE_BY_ELEMENTS.has(kernel);

/** Runs kernels of tfjs-backend-cpu on the host, for what ONNX cannot express. */
export class HostKernels {
  readonly #cpu = new MathBackendCPU();

  /** @returns the outputs, each with its data */
  run(kernel: string, inputs: Readonly<Record<string, HostTensor>>, attrs: unknown): HostTensor[] {
    const kernelFunc = (getKernel(kernel, 'cpu') as { kernelFunc: KernelFunc }).kernelFunc;
    const infos: Infos = {};
    for (const [name, tensor] of Object.entries(inputs)) infos[name] = this.#write(tensor);
    try {
      const asGiven = Object.keys(infos).every((name, i) => name === String(i))
        ? Object.values(infos)
        : infos;
      const result = kernelFunc({
        inputs: asGiven as unknown as Infos,
        attrs: attrs as NamedAttrMap,
        backend: this.#cpu,
      });
      const outputs = Array.isArray(result) ? result : [result];
      const tensors = outputs.map((info) => this.#read(info as TensorInfo));
      for (const info of outputs) this.#cpu.disposeData((info as TensorInfo).dataId);
      return tensors;
    } finally {
      for (const info of Object.values(infos)) this.#cpu.disposeData(info.dataId);
    }
  }

  /** The outputs' shapes and dtypes of a call whose inputs have not been computed: by running it on zeros. */
  shapes(
    kernel: string,
    inputs: Readonly<Record<string, Pick<HostTensor, 'shape' | 'dtype'>>>,
    attrs: unknown,
  ): HostTensor[] {
    const zeros = Object.entries(inputs).map(([name, { shape, dtype }]): [string, HostTensor] => {
      const size = shape.reduce((product, axis) => product * axis, 1);
      if (isNumeric(dtype))
        return [name, { shape, dtype, elements: allocate(dtype, size), hostOnly: undefined }];
      const zero = (): Float32Array => new Float32Array(size);
      const hostOnly =
        dtype === 'complex64' ? { real: zero(), imag: zero() } : Array(size).fill(new Uint8Array());
      return [name, { shape, dtype, elements: undefined, hostOnly }];
    });
    return this.run(kernel, Object.fromEntries(zeros), attrs);
  }

  #write({ shape, dtype, elements, hostOnly }: HostTensor): TensorInfo {
    if (dtype === 'complex64') {
      const { real, imag } = hostOnly as { real: Float32Array; imag: Float32Array };
      const part = (values: Float32Array): TensorInfo =>
        this.#cpu.makeTensorInfo([...shape], 'float32', values);
      const info = this.#cpu.makeTensorInfo([...shape], 'complex64');
      this.#cpu.data.get(info.dataId).complexTensorInfos = { real: part(real), imag: part(imag) };
      return info;
    }
    return this.#cpu.makeTensorInfo([...shape], dtype, (elements ?? hostOnly) as CpuValues);
  }

  #read({ dataId, shape, dtype }: TensorInfo): HostTensor {
    const { values, complexTensorInfos } = this.#cpu.data.get(dataId);
    if (complexTensorInfos) {
      const part = ({ dataId: id }: TensorInfo) => this.#cpu.data.get(id).values as Float32Array;
      const { real, imag } = complexTensorInfos;
      const parts = { real: part(real as TensorInfo), imag: part(imag as TensorInfo) };
      return { shape, dtype, elements: undefined, hostOnly: parts };
    }
    if (!isNumeric(dtype)) return { shape, dtype, elements: undefined, hostOnly: values as HostOnly };
    return { shape, dtype, elements: asElements(values as unknown, dtype), hostOnly: undefined };
  }
}

/** Some of tfjs-backend-cpu's kernels return plain arrays, or floats as integers. */
function asElements(values: unknown, dtype: NumericType): Elements {
  const numbers = values as Elements;
  const elements = allocate(dtype, numbers.length);
  elements.set(numbers);
  return elements;
}
