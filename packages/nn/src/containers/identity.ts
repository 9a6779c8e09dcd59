import { Module } from '../module.ts';

/** Returns its input: a placeholder, as `torch.nn.Identity`. */
export class Identity extends Module {
  forward<T>(input: T): T {
    return input;
  }
}
