import { checkValue, kind } from '@unroll/backend/checks';
import { Module } from './module.ts';

const moduleKind: kind.Kind = kind.required(kind.instanceOf(Module, 'a module'));

/** Throws where the argument `module` is not a module. */
export function checkModule(owner: string, module: unknown): void {
  checkValue(owner, 'module', module, moduleKind);
}
