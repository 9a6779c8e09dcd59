import * as tf from '@tensorflow/tfjs-core';
import type { Ref } from '../graph/ref.ts';
import { type Entry, entry, type TensorType } from './kernel-lowering.ts';
import { addPieces, cutAxis, type Pieces, piecesOf } from './pieces.ts';
import { asShapedTensor } from './shape-checks.ts';

/** The axis of a long contraction, and how it is cut. */
interface Cut {
  readonly label: string;
  readonly pieces: Pieces;
}

interface Einsum {
  readonly equation: string;
  readonly rank: number;
  readonly cut?: Cut;
}

/** The number of products that a runtime adds up well in one sum. */
const PLAIN = 4_096;

export const einsum: Entry = entry<tf.EinsumInputs, tf.EinsumAttrs, Einsum>(tf.Einsum, {
  unsupported: (inputs) =>
    typesOf(inputs).some(({ dtype }) => dtype !== 'float32') ? 'of integers' : undefined,
  outputs: (inputs, { equation }) => [
    { shape: dimensionsOf(typesOf(inputs), equation).outputShape, dtype: 'float32' },
  ],
  structure: (inputs, { equation }) => {
    const tensors = typesOf(inputs);
    const long = longContraction(tensors, equation);
    return {
      equation: equation.replace(/\s/g, ''),
      rank: dimensionsOf(tensors, equation).outputShape.length,
      ...(long && { cut: { label: long.label, pieces: long.pieces } }),
    };
  },
  numbers: (inputs, { equation }) => longContraction(typesOf(inputs), equation)?.numbers ?? [],
  lower: (g, inputs, { equation, rank, cut }, numbers) => {
    const tensors = Object.values(inputs as object) as Ref[];
    if (!cut) return [g.op('Einsum', tensors, { equation }, { type: 'float32', rank })];
    const { label, pieces } = cut;
    const [terms, output] = equation.split('->') as [string, string];
    const inPiece = [...LETTERS].find((letter) => !equation.includes(letter))!;
    const operands = terms.split(',').map((term, i) => {
      const axis = term.indexOf(label);
      return axis < 0 ? tensors[i]! : cutAxis(g, tensors[i]!, axis, pieces, numbers);
    });
    const cutEquation = `${terms.replaceAll(label, label + inPiece)}->${label}${output}`;
    const parts = g.op('Einsum', operands, { equation: cutEquation }, { type: 'float32', rank: rank + 1 });
    return [addPieces(g, parts, 0)];
  },
});

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const typesOf = (inputs: object): TensorType[] => Object.values(inputs) as TensorType[];

/** How a long contraction is cut along its largest axis; undefined where it is short. */
function longContraction(tensors: readonly TensorType[], equation: string) {
  const { labels, sizes, summed, outputShape } = dimensionsOf(tensors, equation);
  const elements = summed.reduce((product, dim) => product * sizes[dim]!, 1);
  if (elements <= PLAIN) return undefined;
  const largest = summed.reduce((most, dim) => (sizes[dim]! > sizes[most]! ? dim : most));
  const inputElements = tensors.reduce((sum, { shape }) => sum + tf.util.sizeFromShape([...shape]), 0);
  const outputElements = tf.util.sizeFromShape(outputShape);
  const perInput = (outputElements * elements) / inputElements;
  const size = sizes[largest]!;
  return { label: labels[largest]!, ...piecesOf(size, perInput, elements / size) };
}

/** Checks the equation as tfjs does. Returns its indices, their sizes, and the indices that are summed over. */
function dimensionsOf(tensors: readonly TensorType[], equation: string) {
  const { allDims, summedDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, tensors.length);
  tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors.map(asShapedTensor));
  const sizes = allDims.map((_, dim) => {
    const tensor = idDims.findIndex((dims) => dims.includes(dim));
    return tensors[tensor]!.shape[idDims[tensor]!.indexOf(dim)]!;
  });
  const outputShape = sizes.filter((_, dim) => !summedDims.includes(dim));
  return { labels: allDims, sizes, summed: summedDims, outputShape };
}
