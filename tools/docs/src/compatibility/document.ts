import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needless } from './exceptions.ts';
import { contractRows, kernelRows, registerAll } from './kernel-rows.ts';
import { type Mark, type TorchClasses, type TorchRow, torchRows } from './torch-rows.ts';

/** As `python/write_torch_names.py` writes it. */
interface TorchNames {
  readonly version: string;
  /** By the file of PyTorch that they are in */
  readonly modules: Readonly<Record<string, TorchClasses>>;
  readonly optimizers: TorchClasses;
  readonly schedules: TorchClasses;
}

export const documentFile = join(import.meta.dirname, '../../../../docs/COMPATIBILITY.md');
const namesFile = join(import.meta.dirname, '../../fixtures/torch-names.json');

/** The text of docs/COMPATIBILITY.md, from what packages export and backends register now. */
export async function compatibility(): Promise<string> {
  const torch: TorchNames = JSON.parse(readFileSync(namesFile, 'utf8'));
  await registerAll();
  // The portable kernels are registered by contractRows, so that the other rows come first.
  const kernels = kernelRows();
  const contract = contractRows();
  const { loss, ...layers } = torch.modules;
  const layerRows = Object.entries(layers).map(
    ([file, classes]) => [file, torchRows(classes, 'modules')] as const,
  );
  const losses = torchRows(loss!, 'modules');
  const optimizers = torchRows(torch.optimizers, 'optimizers');
  const schedules = torchRows(torch.schedules, 'schedules');
  const version = torch.version.split('.').slice(0, 2).join('.');
  const columns = ['tfjs', 'cpu', 'onnxruntime', 'webgpu'] as const;
  const headings = ['kernel', "`tfjsBackend('cpu')`", '`cpu()`', '`onnxruntime()`', '`webgpu()`'];

  return [
    '# Compatibility',
    '',
    '`pnpm compatibility` writes this page, from what the packages export, which options they take, and which kernels the backends register. A test fails where it is not what the packages say.',
    '',
    `## PyTorch ${version}`,
    '',
    '✓ is there with all arguments. ◐ lacks the arguments that are named. ✗ is not there.',
    '',
    ...table(
      ['', '✓', '◐', '✗'],
      [
        ['layers, containers and activations (`torch.nn`)', ...counts(layerRows.flatMap(([, rows]) => rows))],
        ['losses (`torch.nn`)', ...counts(losses)],
        ['optimizers (`torch.optim`)', ...counts(optimizers)],
        ['schedules (`torch.optim.lr_scheduler`)', ...counts(schedules)],
      ],
    ),
    '',
    'An argument’s name is written in camelCase: `num_layers` is `numLayers`, `T_max` is `tMax`. Arguments come in one object. Before it come the parameters of an optimizer, the optimizer of a schedule and the contents of a container: `new Adam(params, { lr })`.',
    '',
    'These arguments have no counterpart and are not counted:',
    '',
    ...table(
      ['argument', 'why'],
      Object.entries(needless).map(([argument, why]) => [`\`${argument}\``, why]),
    ),
    '',
    ...layerRows.flatMap(([file, rows]) => [`### torch.nn: ${file}`, '', ...torchTable(rows), '']),
    '### torch.nn: loss',
    '',
    ...torchTable(losses),
    '',
    '### torch.optim',
    '',
    ...torchTable(optimizers),
    '',
    '### torch.optim.lr_scheduler',
    '',
    ...torchTable(schedules),
    '',
    '## Kernels of TensorFlow.js',
    '',
    ...table(
      ['', '✓', '◐', '✗'],
      columns.map((column, i) => [
        headings[i + 1]!,
        ...counts(kernels.map((row) => ({ mark: row[column] }))),
      ]),
    ),
    '',
    '| | ✓ | ◐ | ✗ |',
    '|---|---|---|---|',
    `| ${headings[1]} | TensorFlow.js’s own kernel, in JavaScript | – | none |`,
    '| `cpu()` | a kernel of its own, in WebAssembly; a call with a dtype that this has no code for goes to tfjs-backend-cpu | tfjs-backend-cpu’s, in JavaScript | none |',
    '| `onnxruntime()` | a part of the graph | *host*: runs on the host by tfjs-backend-cpu; *partly*: some dtypes or attributes do | none |',
    '| `webgpu()` in Node | a program on the GPU | runs on the host by tfjs-backend-cpu | none |',
    '',
    'TensorFlow.js has kernel names that these backends do not need, because the operations call other kernels: such names have ✗ in every column, as have kernels for images from the page.',
    '',
    ...table(
      headings,
      kernels.map(({ isPartlyLowered, ...row }) => [
        `\`${row.name}\``,
        row.tfjs,
        row.cpu,
        row.onnxruntime === '◐' ? `◐ ${isPartlyLowered ? 'partly' : 'host'}` : row.onnxruntime,
        row.webgpu,
      ]),
    ),
    '',
    '## Kernels of the contract',
    '',
    'What recurrent layers, losses and optimizers are made of. ✓ is a kernel of the backend’s own. ◐ is the portable one, in operations of TensorFlow.js.',
    '',
    ...table(
      headings,
      contract.map((row) => [`\`${row.name}\``, ...columns.map((column) => row[column])]),
    ),
    '',
  ].join('\n');
}

const counts = (rows: readonly { readonly mark: Mark }[]): string[] =>
  (['✓', '◐', '✗'] as const).map((mark) => `${rows.filter((row) => row.mark === mark).length}`);

const torchTable = (rows: readonly TorchRow[]): string[] =>
  table(
    ['PyTorch', '', 'lacks'],
    rows.map(({ name, mark, missing }) => [
      `\`${name}\``,
      mark,
      missing.map((argument) => `\`${argument}\``).join(', '),
    ]),
  );

const table = (headings: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  line(headings),
  `|${'---|'.repeat(headings.length)}`,
  ...rows.map(line),
];

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
