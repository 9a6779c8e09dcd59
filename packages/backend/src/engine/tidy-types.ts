/** An object that may hold tensors: any but a promise, which `tf.tidy` refuses. */
export type Holder = object & { readonly then?: never };

declare module '@tensorflow/tfjs-core/dist/globals.js' {
  /*
   * TensorFlow.js finds the tensors in every object. But its types allow only plain objects: no instance of a class, such as
   * PackedSequence, and no read-only list.
   */
  function tidy<T extends Holder>(f: () => T): T;
  function tidy<T extends Holder>(name: string, f: () => T): T;
  function dispose(container: Holder): void;
}
