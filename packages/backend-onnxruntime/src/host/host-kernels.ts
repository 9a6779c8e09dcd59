import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  getKernel,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { silenceAdvice } from '@unroll/backend/engine';
import { allocate, type Elements, type HostOnly, isNumeric, type NumericType } from '../arrays/elements.ts';
import type { HostTensor } from './host-tensor.ts';

type CpuValues = Parameters<MathBackendCPU['write']>[0];

/** Kernels whose results' shapes depend on the elements of their inputs. */
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

/** A backend that does not print the advice, in Node, to install another backend. */
class QuietBackend extends MathBackendCPU {
  constructor() {
    super();
    silenceAdvice(this);
  }
}

/** Runs kernels of tfjs-backend-cpu on the host, for calls that ONNX cannot express. */
export class HostKernels {
  readonly #cpu = new QuietBackend();

  has(kernel: string): boolean {
    return getKernel(kernel, 'cpu') !== undefined;
  }

  /** @returns the outputs, each with its data */
  run(kernel: string, inputs: Readonly<Record<string, HostTensor>>, attrs: unknown): HostTensor[] {
    const kernelFunc = getKernel(kernel, 'cpu').kernelFunc;
    const infos = Object.entries(inputs).map(([name, tensor]) => ({ name, info: this.#write(tensor) }));
    const given = new Set<unknown>(Object.values(inputs).map(({ elements }) => elements?.buffer));
    try {
      const result = kernelFunc({
        inputs: grouped(infos) as NamedTensorInfoMap,
        attrs: attrs as NamedAttrMap,
        backend: this.#cpu,
      });
      const outputs = Array.isArray(result) ? result : [result];
      const tensors = outputs.map((info) => this.#read(info as TensorInfo, given));
      for (const info of outputs) this.#cpu.disposeData((info as TensorInfo).dataId);
      return tensors;
    } finally {
      for (const { info } of infos) this.#cpu.disposeData(info.dataId);
    }
  }

  /** The shapes and dtypes of a call's outputs, before its inputs have been computed. It runs the call on zeros. */
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
    const info = this.#cpu.makeTensorInfo([...shape], dtype, (elements ?? hostOnly) as CpuValues);
    // tfjs's tensors have a rank, and some kernels read it.
    return Object.assign(info, { rank: shape.length });
  }

  /**
   * @param given the arrays of the inputs, which have other owners; a result that is one of these arrays is copied
   */
  #read({ dataId, shape, dtype }: TensorInfo, given: ReadonlySet<unknown>): HostTensor {
    const { values, complexTensorInfos } = this.#cpu.data.get(dataId);
    if (complexTensorInfos) {
      const part = ({ dataId: id }: TensorInfo) =>
        Float32Array.from(this.#cpu.data.get(id).values as Float32Array);
      const { real, imag } = complexTensorInfos;
      const parts = { real: part(real as TensorInfo), imag: part(imag as TensorInfo) };
      return { shape, dtype, elements: undefined, hostOnly: parts };
    }
    if (!isNumeric(dtype)) return { shape, dtype, elements: undefined, hostOnly: values as HostOnly };
    const elements = asElements(values as unknown, dtype);
    const isInput = given.has(elements.buffer);
    return { shape, dtype, elements: isInput ? elements.slice() : elements, hostOnly: undefined };
  }
}

/**
 * The inputs as the kernel expects them: a list where all names are numbers, and lists for names such as `list/0`.
 */
function grouped(infos: readonly { name: string; info: TensorInfo }[]): unknown {
  if (infos.every(({ name }, i) => name === String(i))) return infos.map(({ info }) => info);
  const inputs: Record<string, TensorInfo | TensorInfo[]> = {};
  for (const { name, info } of infos) {
    const [list, member] = name.split('/');
    if (member === undefined) inputs[name] = info;
    else inputs[list!] = [...((inputs[list!] as TensorInfo[] | undefined) ?? []), info];
  }
  return inputs;
}

/**
 * Arrays of the right type are taken as they are. Some kernels of tfjs-backend-cpu return other types, which are
 * converted.
 */
function asElements(values: unknown, dtype: NumericType): Elements {
  const numbers = values as Elements;
  const elements = allocate(dtype, 0);
  if (numbers.constructor === elements.constructor) return numbers;
  const converted = allocate(dtype, numbers.length);
  converted.set(numbers);
  return converted;
}
