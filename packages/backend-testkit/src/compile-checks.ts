import {
  add,
  dispose,
  div,
  mul,
  reshape,
  type Scalar,
  scalar,
  sum,
  type Tensor,
  tensor1d,
  tidy,
  type Variable,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { capabilities, compile, useBackend } from '@unroll/backend';
import type { Argument } from '@unroll/backend/contract';
import { dependsOn, replayable } from '@unroll/backend/operations';
import { type Check, checksOf, type Subject } from './check.ts';
import { expectEqual } from './expectations.ts';

const CALLS = 5;

/** Checks that `compile` gives the results of the function itself, whether the backend captures or calls it. */
export function compileChecks({ backend }: Subject): Check[] {
  return checksOf('compile', {
    'gives every result, also where one value has several destinations': async () => {
      await useBackend(backend);
      const state = number(0);
      const f = compile((x: Tensor) => {
        const y = add(state, x);
        state.assign(y);
        return { y, same: y, viewed: reshape(y, [1, 1]), x };
      });
      const one = tensor1d([1]);
      for (let call = 1; call <= CALLS; call++) {
        const { y, same, viewed, x } = f(one);
        expectEqual(`the sum in call ${call}`, await first(y), call);
        expectEqual('the same tensor', same === y, true);
        expectEqual(`the view in call ${call}`, `${viewed.shape} ${await first(viewed)}`, `1,1 ${call}`);
        expectEqual('the argument', x === one, true);
        dispose([y, viewed]);
      }
      f.dispose();
      dispose([state, one]);
    },

    'distinguishes variables that share their data': async () => {
      await useBackend(backend);
      const shared = tensor1d([1]);
      const [a, b] = [variable(shared), variable(shared)];
      const f = compile(() => [mul(a, 1), mul(b, 10)]);
      for (let call = 1; call <= CALLS; call++) {
        tidy(() => a.assign(tensor1d([call])));
        const [x, y] = f() as [Tensor, Tensor];
        expectEqual(`what call ${call} gives`, `${await first(x)} ${await first(y)}`, `${call} 10`);
        dispose([x, y]);
      }
      f.dispose();
      dispose([shared, a, b]);
    },

    'lets variables exchange their values': async () => {
      await useBackend(backend);
      const [a, b] = [number(1), number(2)];
      const swap = compile(() => {
        const old = a.clone();
        a.assign(b.clone());
        b.assign(old);
      });
      for (let call = 1; call <= CALLS; call++) {
        swap();
        const expected = call % 2 === 1 ? '2 1' : '1 2';
        expectEqual(`the values after call ${call}`, `${await first(a)} ${await first(b)}`, expected);
      }
      swap.dispose();
      dispose([a, b]);
    },

    'has gradients': async () => {
      await useBackend(backend);
      const weight = number(3);
      const f = compile((x: Tensor) => mul(weight, x));
      const x = tensor1d([2]);
      for (let call = 1; call <= CALLS; call++) {
        f(x).dispose();
        const { value, grads } = variableGrads(() => sum(f(x)) as Scalar, [weight as Variable]);
        expectEqual(`the gradient in call ${call}`, await first(grads[weight.name]!), 2);
        dispose([value, grads]);
      }
      f.dispose();
      dispose([weight, x]);
    },

    'follows host state that decides the computation, and updates state that calls change': async () => {
      await useBackend(backend);
      let mode = 'double';
      let count = 0;
      const f = compile((x: Tensor) => {
        dependsOn(() => mode);
        replayable(() => {
          count++;
          return () => count--;
        });
        return mul(x, mode === 'double' ? 2 : 3);
      });
      const x = tensor1d([1]);
      for (let call = 1; call <= 3 * CALLS; call++) {
        mode = call % 4 === 0 ? 'triple' : 'double';
        const y = f(x);
        expectEqual(`what call ${call} gives`, await first(y), mode === 'double' ? 2 : 3);
        expectEqual('the count', count, call);
        y.dispose();
      }
      f.dispose();
      x.dispose();
    },

    'distinguishes plain arguments that look alike': async () => {
      await useBackend(backend);
      const kind = (value: Argument): number => {
        if (value === undefined) return 1;
        if (value === null) return 2;
        if (typeof value === 'string') return 3;
        return Object.is(value, -0) ? 4 : 5 + Number(value);
      };
      const f = compile((x: Tensor, [value]: readonly [Argument]) => mul(x, kind(value)));
      const x = tensor1d([1]);
      for (let round = 0; round < CALLS; round++) {
        for (const value of [1, '1', undefined, null, 0, -0, 'null', 'undefined', true, 'true']) {
          const y = f(x, [value]);
          expectEqual(`what ${JSON.stringify(value)} gives`, await first(y), kind(value));
          y.dispose();
        }
      }
      f.dispose();
      x.dispose();
    },

    'calls a function that uploads different numbers in each call': async () => {
      await useBackend(backend);
      let next = 0;
      const f = compile((x: Tensor) => div(x, scalar(++next)));
      const x = tensor1d([60]);
      for (let call = 1; call <= CALLS; call++) {
        const y = f(x);
        expectEqual(`what call ${call} gives`, await first(y), 60 / call);
        y.dispose();
      }
      f.dispose();
      x.dispose();
    },

    'captures if the backend says that it does': async () => {
      await useBackend(backend);
      const f = compile((x: Tensor) => mul(x, 2));
      const x = tensor1d([1]);
      for (let call = 0; call < CALLS; call++) f(x).dispose();
      expectEqual('captures', f.captures > 0, capabilities().captures);
      f.dispose();
      x.dispose();
    },
  });
}

const number = (value: number): Variable => tidy(() => variable(tensor1d([value])));

async function first(tensor: Tensor): Promise<number> {
  return (await tensor.data())[0]!;
}
