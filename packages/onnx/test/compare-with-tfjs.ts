import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { GraphBuilder } from '../src/graph/graph-builder.ts';
import type { Model } from '../src/graph/model.ts';
import type { Entry, FedNumbers, KernelLowering, TensorType } from '../src/lowering/kernel-lowering.ts';

type NamedTensors = Readonly<Record<string, tf.Tensor>>;

interface CompareOptions {
  /** How far an element may be from tfjs's, relative to its magnitude or to 1, whichever is larger. Default 1e-5 */
  tolerance?: number;
}

/** The result of a call, from ONNX Runtime or from tfjs */
interface Result {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: ArrayLike<number>;
}

const list = (values: readonly number[]): string => `[${values.join(', ')}]`;

/**
 * Runs one call of a kernel as a graph of ONNX and by tfjs-backend-cpu, and throws where shape, dtype or elements of any
 * output differ.
 */
export async function compareWithTfjs(
  kernelName: string,
  entries: readonly Entry[],
  inputs: NamedTensors,
  attrs: object,
  { tolerance = 1e-5 }: CompareOptions = {},
): Promise<void> {
  const lowering = loweringOf(kernelName, entries);
  const types = typesOf(inputs);
  const reason = lowering.unsupported?.(types, attrs);
  if (reason !== undefined) throw new Error(`${kernelName}: ONNX cannot express this call: ${reason}`);
  const actual = await runAsGraph(lowering, inputs, types, attrs);
  const expected = await runByTfjs(kernelName, inputs, attrs);
  if (actual.length !== expected.length) {
    throw new Error(`${kernelName}: ${actual.length} outputs; expected ${expected.length}`);
  }
  expected.forEach((result, i) => {
    const difference = differenceBetween(actual[i]!, result, tolerance);
    if (difference) throw new Error(`${kernelName}: output ${i} ${difference}`);
  });
}

/** Why a lowering leaves a call to the host; undefined where it does not. */
export function reasonAgainst(
  kernelName: string,
  entries: readonly Entry[],
  inputs: NamedTensors,
  attrs: object,
): string | undefined {
  return loweringOf(kernelName, entries).unsupported?.(typesOf(inputs), attrs);
}

function loweringOf(kernelName: string, entries: readonly Entry[]): KernelLowering {
  const found = entries.find(([name]) => name === kernelName);
  if (!found) throw new Error(`${kernelName}: there is no lowering among ${entries.map(([name]) => name)}`);
  return found[1];
}

const typesOf = (inputs: NamedTensors): Record<string, TensorType> =>
  Object.fromEntries(Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }]));

async function runAsGraph(
  lowering: KernelLowering,
  inputs: NamedTensors,
  types: Readonly<Record<string, TensorType>>,
  attrs: object,
): Promise<Result[]> {
  const promised = lowering.outputs(types, attrs);
  const structure = lowering.structure?.(types, attrs);
  // A structure is part of a graph's identity, so it has to survive JSON.
  const asText: unknown = structure === undefined ? undefined : JSON.parse(JSON.stringify(structure));
  // No kernel of tfjs has drawn numbers.
  const numbers = (lowering.numbers?.(types, attrs) ?? []) as readonly FedNumbers[];
  const { model, outputNames } = buildGraph(lowering, types, asText, numbers, promised);
  const feeds: Record<string, ort.Tensor> = {};
  for (const [name, tensor] of Object.entries(inputs)) feeds[name] = await asFeed(tensor);
  numbers.forEach((number, i) => {
    feeds[`number${i}`] = numbersFeed(number);
  });
  const session = await ort.InferenceSession.create(model.bytes, {
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
  });
  try {
    // ONNX Runtime folds constants. A session accepts only the inputs that its nodes use.
    const used = Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]!]));
    const results = await session.run(used);
    return promised.map(({ shape, dtype }, i) => {
      const { dims, type, data } = results[outputNames[i]!]!;
      if (list(dims) !== list(shape)) {
        throw new Error(`output ${i} has the shape ${list(dims)}; promised was ${list(shape)}`);
      }
      if (type !== dtype) throw new Error(`output ${i} is ${type}; promised was ${dtype}`);
      return { shape, dtype, values: data as Float32Array };
    });
  } finally {
    await session.release();
  }
}

function buildGraph(
  lowering: KernelLowering,
  types: Readonly<Record<string, TensorType>>,
  structure: unknown,
  numbers: readonly FedNumbers[],
  promised: readonly TensorType[],
): { model: Model; outputNames: string[] } {
  const graph = new GraphBuilder();
  const refs = Object.fromEntries(
    Object.entries(types).map(([name, { shape, dtype }]) => [
      name,
      graph.input(name, { type: dtype as 'float32', rank: shape.length }),
    ]),
  );
  const numberRefs = numbers.map(({ type, rank, values }, i) =>
    graph.input(`number${i}`, { type, rank, ...(rank === 1 && { length: values.length }) }),
  );
  const outputs = lowering.lower(graph, refs, structure, numberRefs);
  promised.forEach(({ shape, dtype }, i) => {
    const { type, rank } = outputs[i]!;
    if (type !== dtype || rank !== shape.length) {
      throw new Error(
        `output ${i} is lowered to ${type} of ${rank} axes; promised was ${dtype} of ${shape.length}`,
      );
    }
  });
  const outputNames = promised.map((_, i) => graph.output(outputs[i]!));
  return { model: graph.toModel(), outputNames };
}

async function asFeed(tensor: tf.Tensor): Promise<ort.Tensor> {
  const values = await tensor.data();
  switch (tensor.dtype) {
    case 'int32':
      return new ort.Tensor('int32', Int32Array.from(values), tensor.shape);
    case 'bool':
      return new ort.Tensor('bool', Uint8Array.from(values), tensor.shape);
    default:
      return new ort.Tensor('float32', Float32Array.from(values), tensor.shape);
  }
}

function numbersFeed({ type, values, rank }: FedNumbers): ort.Tensor {
  const dims = rank === 0 ? [] : [values.length];
  return type === 'int64'
    ? new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims)
    : new ort.Tensor('float32', Float32Array.from(values), dims);
}

async function runByTfjs(kernelName: string, inputs: NamedTensors, attrs: object): Promise<Result[]> {
  await tf.setBackend('cpu');
  const returned: tf.Tensor | tf.Tensor[] = tf
    .engine()
    .runKernel(kernelName, { ...inputs }, attrs as tf.NamedAttrMap);
  const tensors = Array.isArray(returned) ? returned : [returned];
  return Promise.all(
    tensors.map(async (tensor) => ({
      shape: tensor.shape,
      dtype: tensor.dtype,
      values: await tensor.data(),
    })),
  );
}

/** The first difference, in words that follow the output's name; undefined where there is none. */
function differenceBetween(actual: Result, expected: Result, tolerance: number): string | undefined {
  if (list(actual.shape) !== list(expected.shape)) {
    return `has the shape ${list(actual.shape)}; expected ${list(expected.shape)}`;
  }
  if (actual.dtype !== expected.dtype) return `is ${actual.dtype}; expected ${expected.dtype}`;
  const size = tf.util.sizeFromShape([...expected.shape]);
  for (let i = 0; i < size; i++) {
    const [a, b] = [actual.values[i]!, expected.values[i]!];
    const close = Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
    if (!close) return `of shape ${list(expected.shape)} has ${a} at ${i}; expected ${b}`;
  }
  return undefined;
}
