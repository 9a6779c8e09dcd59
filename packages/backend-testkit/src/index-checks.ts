import {
  dispose,
  gather,
  type NamedTensorMap,
  range,
  reshape,
  type Tensor,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { messageOf, valuesAtHand } from '@unroll/backend/checks';
import { currentBackend } from '@unroll/backend/engine';
import { embedding } from '@unroll/backend/operations';
import { type Check, checksOf, type Subject } from './check.ts';
import { evaluate, gradientsOf, type Operation, uploadAll } from './evaluate.ts';
import { expectClose } from './expectations.ts';
import { draw, float32, type HostTensors, int32 } from './host-tensor.ts';
import { crossEntropyLoss, crossEntropyMean } from './kernels/cross-entropy-checks.ts';
import { ctcOperation, logSoftmax } from './kernels/ctc-checks.ts';

/** An operation with one index out of range. */
interface WrongIndex {
  readonly operation: Operation;
  readonly inputs: (index: number) => HostTensors;
  /** The input that contains the index */
  readonly argument: string;
  readonly wrong: readonly number[];
  /** The error's words, besides the argument and the index, if the values are on the host */
  readonly words: readonly string[];
  /** Inputs with gradients to check; absent if the operation has none */
  readonly differentiable?: readonly string[];
}

const LARGEST = 2 ** 31 - 1;

const classRows = (index: number): HostTensors => ({
  logits: draw('logits', [4, 3]),
  target: int32([4], [0, 2, index, 1]),
});

const ctcRows = (changed: HostTensors): HostTensors => ({
  logProbs: logSoftmax(draw('logProbs', [5, 2, 4])),
  targets: int32([2, 2], [1, 2, 3, 0]),
  inputLengths: int32([2], [5, 4]),
  targetLengths: int32([2], [2, 1]),
  ...changed,
});

const wrongIndices: Readonly<Record<string, WrongIndex>> = {
  crossEntropy: {
    operation: crossEntropyLoss({}),
    inputs: classRows,
    argument: 'target',
    wrong: [-1, 3, -LARGEST, LARGEST],
    words: ['crossEntropy', 'row 2', 'classes 0 to 2', 'ignoreIndex, -100'],
    differentiable: ['logits'],
  },
  meanCrossEntropy: {
    operation: crossEntropyMean({ ignoreIndex: -2, labelSmoothing: 0.1 }),
    inputs: classRows,
    argument: 'target',
    wrong: [-1, 3, -100],
    words: ['crossEntropy', 'row 2', 'classes 0 to 2', 'ignoreIndex, -2'],
    differentiable: ['logits'],
  },
  embedding: {
    operation: ({ weight, indices }) => ({ y: embedding(weight as Tensor2D, indices!, { paddingIdx: 0 }) }),
    inputs: (index) => ({ weight: draw('weight', [5, 3]), indices: int32([2, 2], [0, 4, index, 1]) }),
    argument: 'indices',
    wrong: [-1, 5, -LARGEST, LARGEST],
    words: ['embedding', 'at [1, 0]', 'rows 0 to 4'],
    differentiable: ['weight'],
  },
  'ctcLoss, of its targets': {
    operation: ctcOperation({}),
    inputs: (index) => ctcRows({ targets: int32([2, 2], [1, index, 3, 0]) }),
    argument: 'targets',
    wrong: [-1, 4, LARGEST],
    words: ['ctcLoss', 'at [0, 1]', 'classes 0 to 3'],
    differentiable: ['logProbs'],
  },
};

/** Lengths are checked if they are on the host. On other backends a wrong length need not fail, but must do no harm. */
const wrongLengths: Readonly<Record<string, WrongIndex>> = {
  inputLengths: {
    operation: ctcOperation({}),
    inputs: (index) => ctcRows({ inputLengths: int32([2], [5, index]) }),
    argument: 'inputLengths',
    wrong: [-1, 6],
    words: ['ctcLoss', 'row 1', 'lengths 0 to 5'],
  },
  targetLengths: {
    operation: ctcOperation({}),
    inputs: (index) => ctcRows({ targetLengths: int32([2], [2, index]) }),
    argument: 'targetLengths',
    wrong: [-1, 3],
    words: ['ctcLoss', 'row 1', 'lengths 0 to 2'],
  },
};

/**
 * The same values as a kernel's result. The kernel must not convert them to float32, as TensorFlow.js's addition may
 * do.
 */
const computed = (tensor: Tensor): Tensor =>
  tidy(() => {
    const { shape, size } = tensor;
    return reshape(gather(reshape(tensor, [size]), range(0, size, 1, 'int32')), shape);
  });

/** An index out of range is an error on every backend: at once if it is on the host, otherwise when it is used. */
export function indexChecks({ backend, forwardTolerance }: Subject): Check[] {
  /** Throws unless the operation throws, either at the call or when its outputs are read. */
  const expectRefusal = async (
    { operation, inputs, argument, words }: WrongIndex,
    index: number,
    change: (tensor: Tensor) => Tensor,
  ) => {
    await useBackend(backend);
    const uploaded = uploadAll(inputs(index));
    const given = { ...uploaded, [argument]: change(uploaded[argument]!) };
    const isAtHand = valuesAtHand(given[argument]!) !== undefined;
    const message = await errorOf(() => operation(given));
    dispose([uploaded, given]);
    // Without the lengths, labels of ctcLoss cannot be distinguished from padding, so they have no check of their own.
    const isKept = 'checkWhenKnown' in currentBackend() && argument !== 'targets';
    const parts = isAtHand || isKept ? [argument, `${index}`, ...words] : [];
    const missing = parts.filter((part) => !message?.includes(part));
    if (message !== undefined && missing.length === 0) return;
    throw new Error(
      `for ${index} ${message === undefined ? 'nothing is thrown' : `the error says ${JSON.stringify(message)}`}; ` +
        `expected an error${parts.length > 0 ? ` that names ${parts.join(', ')}` : ''}`,
    );
  };
  const isNamed = Object.entries({ ...wrongIndices, ...wrongLengths }).map(([name, row]) => [
    `is refused by ${name}, naming argument, place, index and range if it is on the host`,
    async () => {
      for (const index of row.wrong) {
        if (name in wrongLengths && !(await isAtHand(backend))) continue;
        await expectRefusal(row, index, (tensor) => tensor.clone());
      }
    },
  ]);
  const isComputed = Object.entries(wrongIndices).map(([name, row]) => [
    `is refused by ${name} if it is computed, forward and in its gradient`,
    async () => {
      for (const index of row.wrong) {
        await expectRefusal(row, index, computed);
        const gradients = gradientsOf(row.operation, row.differentiable!, 'refused');
        // Includes the outputs: a backend that records need not check the indices of results that nobody reads.
        const operation: Operation = (tensors) => ({ ...row.operation(tensors), ...gradients(tensors) });
        await expectRefusal({ ...row, operation }, index, computed);
      }
    },
  ]);
  return checksOf('an index out of range', {
    ...Object.fromEntries([...isNamed, ...isComputed]),

    'is refused by tf.gather': async () => {
      await useBackend(backend);
      for (const index of [-1, 3]) {
        const tensors = uploadAll({ x: draw('x', [3, 2]), indices: int32([2], [0, index]) });
        const message = await errorOf(() => ({ y: gather(tensors.x!, tensors.indices as never) }));
        dispose(tensors);
        if (message === undefined) throw new Error(`for ${index} nothing is thrown; expected an error`);
      }
    },

    'is accepted if it is the ignored index, in the range or out of it': async () => {
      for (const ignored of [-1, 1, 3, 99]) {
        const inputs = { logits: float32([2, 3], [0, 0, 0, 1, 2, 3]), target: int32([2], [0, ignored]) };
        const losses = await evaluate(backend, inputs, crossEntropyLoss({ ignoreIndex: ignored }));
        expectClose(losses, { loss: float32([2], [Math.log(3), 0]) }, forwardTolerance);
      }
    },

    'is not checked past a row’s targets': async () => {
      const padded = (padding: number) => ctcRows({ targets: int32([2, 2], [1, 2, 3, padding]) });
      const expected = await evaluate(backend, padded(0), ctcOperation({}));
      for (const padding of [-1, 4, 99]) {
        expectClose(await evaluate(backend, padded(padding), ctcOperation({})), expected, 0);
      }
    },
  });
}

/** Whether uploaded values can be read without a wait. */
async function isAtHand(backend: Subject['backend']): Promise<boolean> {
  await useBackend(backend);
  const { probe } = uploadAll({ probe: int32([1], [1]) });
  const atHand = valuesAtHand(probe!) !== undefined;
  dispose(probe!);
  return atHand;
}

async function errorOf(operation: () => NamedTensorMap): Promise<string | undefined> {
  let outputs: NamedTensorMap = {};
  try {
    outputs = tidy(operation);
    await Promise.all(Object.values(outputs).map((output) => output.data()));
    return undefined;
  } catch (error) {
    return messageOf(error);
  } finally {
    dispose(outputs);
  }
}
