import type { RowVectors } from './row-vectors.ts';
import { gather, scatter } from './row-vectors.ts';
import { gateCount, reserveWidth, type Variant } from './variant.ts';

/**
 * WGSL of the cells' equations for one unit (hidden feature) and one vector of rows. `declareRows` defines the names of
 * rows.
 */

/** The position of a row's step in an array `[T, N, width]`. */
const at = (n: string, width: number, offset = 0): string =>
  `(t * params.rows + ${n}) * ${width}u + ${offset}u + unit`;

/**
 * Computes `next_v`, the hidden features, from `sum0_v`, …, the hidden side of each gate with its bias.
 *
 * @param names the names of the state's hidden feature (GRU) and of its cell (LSTM). If the row runs, the new cell is
 * assigned to the latter
 */
export function cellForward(
  variant: Variant,
  vectors: RowVectors,
  v: number,
  { hidden, cell }: { readonly hidden: string; readonly cell: string },
): string {
  const { mode, hiddenSize: H, training } = variant;
  const gates = gateCount(variant);
  const input = (gate: number) => gather(vectors, v, (n) => `projected[${at(n, gates * H, gate * H)}]`);
  const gate = (index: number) => `${input(index)} + sum${index}_${v}`;
  const keep = (...values: string[]) =>
    training
      ? values
          .map((value, part) =>
            scatter(
              vectors,
              v,
              value,
              (n, own) => `reserve[${at(n, reserveWidth(variant), part * H)}] = ${own};`,
            ),
          )
          .join('\n      ')
      : '';
  switch (mode) {
    case 'rnn_tanh':
      return `let next${v} = tanh_(${gate(0)});`;
    case 'rnn_relu':
      return `let raw${v} = ${gate(0)}; let next${v} = select(raw${v}, ${vectors.type}(), raw${v} < ${vectors.type}());`;
    case 'lstm':
      return `
      let i${v} = sigmoid(${gate(0)});
      let f${v} = sigmoid(${gate(1)});
      let g${v} = tanh_(${gate(2)});
      let o${v} = sigmoid(${gate(3)});
      let before${v} = ${cell};
      let c${v} = f${v} * before${v} + i${v} * g${v};
      ${keep(`i${v}`, `f${v}`, `g${v}`, `o${v}`, `before${v}`)}
      ${cell} = select(before${v}, c${v}, runs${v});
      let next${v} = o${v} * tanh_(c${v});`;
    case 'gru':
      return `
      let r${v} = sigmoid(${gate(0)});
      let z${v} = sigmoid(${gate(1)});
      let hn${v} = sum2_${v};
      let candidate${v} = tanh_(${input(2)} + r${v} * hn${v});
      ${keep(`r${v}`, `z${v}`, `candidate${v}`, `hn${v}`)}
      let next${v} = (1.0 - z${v}) * candidate${v} + z${v} * ${hidden};`;
  }
}

/**
 * The derivative of the cell. It starts from `dHidden_v`, the gradient of the hidden features. It passes the gradient
 * of each gate's pre-activation to `put`, 0 where a row does not run. It defines `direct_v`, the part of the previous
 * state's gradient that does not pass through the gates.
 *
 * @param cell the name of the cell state's gradient (LSTM). If the row runs, the previous state's gradient is assigned
 * to it
 * @param put also gets the hidden side's value if it differs (a GRU's n)
 */
export function cellBackward(
  variant: Variant,
  vectors: RowVectors,
  v: number,
  cell: string,
  put: (gate: number, value: string, hiddenValue: string) => string,
): string {
  const { mode, hiddenSize: H } = variant;
  const zero = `${vectors.type}()`;
  const reserved = (part: number) =>
    gather(vectors, v, (n) => `reserve[${at(n, reserveWidth(variant), part * H)}]`);
  const gradient = (gate: number, value: string, hiddenValue?: string) => `
      let d${gate}_${v} = select(${zero}, ${value}, runs${v});
      ${hiddenValue ? `let hidden${gate}_${v} = select(${zero}, ${hiddenValue}, runs${v});` : ''}
      ${put(gate, `d${gate}_${v}`, hiddenValue ? `hidden${gate}_${v}` : `d${gate}_${v}`)}`;
  switch (mode) {
    case 'rnn_tanh':
      return `
      let h${v} = ${gather(vectors, v, (n) => `y[${at(n, H)}]`)};
      ${gradient(0, `dHidden${v} * (1.0 - h${v} * h${v})`)}
      let direct${v} = ${zero};`;
    case 'rnn_relu':
      return `
      let h${v} = ${gather(vectors, v, (n) => `y[${at(n, H)}]`)};
      ${gradient(0, `select(dHidden${v}, ${zero}, h${v} <= ${zero})`)}
      let direct${v} = ${zero};`;
    case 'lstm':
      return `
      let i${v} = ${reserved(0)};
      let f${v} = ${reserved(1)};
      let g${v} = ${reserved(2)};
      let o${v} = ${reserved(3)};
      let before${v} = ${reserved(4)};
      let tanhC${v} = tanh_(f${v} * before${v} + i${v} * g${v});
      let dCell${v} = ${cell} + dHidden${v} * o${v} * (1.0 - tanhC${v} * tanhC${v});
      ${cell} = select(${cell}, dCell${v} * f${v}, runs${v});
      ${gradient(0, `dCell${v} * g${v} * i${v} * (1.0 - i${v})`)}
      ${gradient(1, `dCell${v} * before${v} * f${v} * (1.0 - f${v})`)}
      ${gradient(2, `dCell${v} * i${v} * (1.0 - g${v} * g${v})`)}
      ${gradient(3, `dHidden${v} * tanhC${v} * o${v} * (1.0 - o${v})`)}
      let direct${v} = ${zero};`;
    case 'gru':
      return `
      let r${v} = ${reserved(0)};
      let z${v} = ${reserved(1)};
      let candidate${v} = ${reserved(2)};
      let hBefore${v} = ${gather(vectors, v, (n) => `hPrev[${at(n, H)}]`)};
      let dn${v} = dHidden${v} * (1.0 - z${v}) * (1.0 - candidate${v} * candidate${v});
      ${gradient(0, `dn${v} * ${reserved(3)} * r${v} * (1.0 - r${v})`)}
      ${gradient(1, `dHidden${v} * (hBefore${v} - candidate${v}) * z${v} * (1.0 - z${v})`)}
      ${gradient(2, `dn${v}`, `dn${v} * r${v}`)}
      let direct${v} = dHidden${v} * z${v};`;
  }
}
