import { tidy } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { shapeText } from '@unroll/backend/checks';
import { type Check, checksOf, type Subject } from './check.ts';
import { type Operation, uploadAll } from './evaluate.ts';
import { expectThrows } from './expectations.ts';
import { draw, type HostTensors, int32 } from './host-tensor.ts';
import { crossEntropyLoss } from './kernels/cross-entropy-checks.ts';
import { ctcOperation } from './kernels/ctc-checks.ts';
import { dropoutOperation } from './kernels/dropout-checks.ts';
import { embeddingOperation } from './kernels/embedding-checks.ts';
import { scaleOperation } from './kernels/optimizer-checks.ts';
import { paddingOperation } from './kernels/padding-checks.ts';
import { fullCase, recurrentInputs, recurrentOperation } from './recurrent/recurrent-case.ts';
import { samples } from './samples.ts';

const floats = (...shape: number[]) => draw('wrong', shape);
const integers = (...values: number[]) => int32([values.length], values);

const sizes = { steps: 4, rows: 3, features: 2, hiddenSize: 5 };
const lstm = fullCase({ ...sizes, mode: 'lstm', projSize: 2, lengths: [4, 1, 2] });
const gru = fullCase({ ...sizes, mode: 'gru' });
const sampleInputs = (name: string): HostTensors => samples.find((sample) => sample.name === name)!.inputs;

/** A valid call, and changes that make it invalid: one input replaced, or an operation with a wrong option. */
interface WrongCall {
  readonly operation: Operation;
  readonly inputs: HostTensors;
  /** The changes by input, each with the words that the error must contain besides the input's name */
  readonly replaced: Readonly<Record<string, readonly (readonly [HostTensors[string], string])[]>>;
}

const wrongCalls: Readonly<Record<string, WrongCall>> = {
  recurrent: {
    operation: recurrentOperation(lstm),
    inputs: recurrentInputs(lstm),
    replaced: {
      x: [
        [floats(4, 3), '[4, 3]'],
        [floats(4, 3, 7), ''],
        [floats(0, 3, 2), '0 steps'],
        [int32([4, 3, 2], new Array<number>(24).fill(1)), 'int32'],
      ],
      weightIh: [
        [floats(19, 2), '19'],
        [floats(20, 3), '[20, 3]'],
        [floats(20), '[20]'],
      ],
      weightHh: [
        [floats(20, 5), '[20, 5]'],
        [floats(16, 2), '[16, 2]'],
      ],
      biasIh: [[floats(5), '[5]']],
      biasHh: [[floats(20, 1), '[20, 1]']],
      weightHr: [[floats(2, 4), '[2, 4]']],
      h0: [
        [floats(3, 5), '[3, 5]'],
        [floats(1, 3, 2), '[1, 3, 2]'],
      ],
      c0: [[floats(3, 2), '[3, 2]']],
      lengths: [
        [integers(4, 1), '[2]'],
        [floats(3), 'float32'],
      ],
    },
  },
  'recurrent without a cell state': {
    operation: recurrentOperation(gru),
    inputs: recurrentInputs(gru),
    replaced: { c0: [[floats(3, 5), 'gru']], weightHr: [[floats(2, 5), 'gru']] },
  },
  crossEntropy: {
    operation: crossEntropyLoss({}),
    inputs: sampleInputs('crossEntropy'),
    replaced: {
      logits: [[floats(12), '[12]']],
      target: [
        [integers(0, 1), '[2]'],
        [floats(4), 'float32'],
      ],
      weight: [[floats(4), '[4]']],
    },
  },
  ctcLoss: {
    operation: ctcOperation({}),
    inputs: sampleInputs('ctcLoss'),
    replaced: {
      logProbs: [
        [floats(5, 3), '[5, 3]'],
        [floats(0, 2, 3), '0'],
      ],
      targets: [
        [integers(1, 2), '[2]'],
        [floats(2, 2), 'float32'],
      ],
      inputLengths: [
        [integers(5), '[1]'],
        [floats(2), 'float32'],
      ],
      targetLengths: [
        [integers(1, 1, 1), '[3]'],
        [floats(2), 'float32'],
      ],
    },
  },
  philoxDropout: {
    operation: dropoutOperation({ p: 0.5, seed: [0, 0], offset: [0, 0] }),
    inputs: { x: floats(3) },
    replaced: { x: [[integers(1, 2), 'int32']] },
  },
  zeroPadding: {
    operation: paddingOperation,
    inputs: sampleInputs('zeroPadding'),
    replaced: {
      x: [
        [floats(3), '1 axes'],
        [int32([1, 2], [1, 2]), 'int32'],
      ],
      lengths: [
        [integers(1), '[1]'],
        [floats(2), 'float32'],
      ],
    },
  },
  scaleTensors: {
    operation: scaleOperation,
    inputs: sampleInputs('scaleTensors'),
    replaced: { factor: [[floats(1), '[1]']] },
  },
  embedding: {
    operation: embeddingOperation({}),
    inputs: sampleInputs('embedding'),
    replaced: { weight: [[floats(4), '[4]']], indices: [[floats(2), 'float32']] },
  },
};

/**
 * Options out of their range: the operation, its inputs, the option's name, and the words that the error must also
 * contain.
 */
const wrongOptions: Readonly<Record<string, readonly [Operation, HostTensors, string, string]>> = {
  'crossEntropy with labelSmoothing 2': [
    crossEntropyLoss({ labelSmoothing: 2 }),
    sampleInputs('crossEntropy'),
    'labelSmoothing',
    '2',
  ],
  'philoxDropout with p 1.5': [
    dropoutOperation({ p: 1.5, seed: [0, 0], offset: [0, 0] }),
    { x: floats(3) },
    'p',
    '1.5',
  ],
  'embedding with paddingIdx 9': [
    embeddingOperation({ paddingIdx: 9 }),
    sampleInputs('embedding'),
    'paddingIdx',
    '9',
  ],
  'ctcLoss with blank 3': [ctcOperation({ blank: 3 }), sampleInputs('ctcLoss'), 'blank', '3'],
};

/**
 * Checks that each invalid call is refused with an error that names the operation, the argument and the given value.
 */
export function refusalChecks({ backend }: Subject): Check[] {
  const refused = async (operation: Operation, inputs: HostTensors, parts: readonly string[]) => {
    await useBackend(backend);
    tidy(() => {
      const uploaded = uploadAll(inputs);
      expectThrows(() => operation(uploaded), parts);
    });
  };
  const calls = Object.entries(wrongCalls).flatMap(([name, { operation, inputs, replaced }]) =>
    Object.entries(replaced).flatMap(([input, replacements]) =>
      replacements.map(([wrong, got]): [string, () => Promise<void>] => [
        `are refused in ${name}: ${input} ${wrong.dtype} ${shapeText(wrong.shape)}`,
        () => refused(operation, { ...inputs, [input]: wrong }, [name.split(' ')[0]!, input, got]),
      ]),
    ),
  );
  const options = Object.entries(wrongOptions).map(
    ([name, [operation, inputs, option, got]]): [string, () => Promise<void>] => [
      `are refused in ${name}`,
      () => refused(operation, inputs, [name.split(' ')[0]!, option, got]),
    ],
  );
  return checksOf('wrong calls', Object.fromEntries([...calls, ...options]));
}
