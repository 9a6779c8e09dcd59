/** What `tf.tidy` and `tf.dispose` take beside plain containers: any object but a promise, which `tf.tidy` refuses. */
export type Holder = object & { readonly then?: never };

declare module '@tensorflow/tfjs-core/dist/globals.js' {
  /*
   * TensorFlow.js finds the tensors in every object, while the types of its own allow only plain ones: no instance of a class, such as a
   * PackedSequence, and no read-only list.
   */
  function tidy<T extends Holder>(f: () => T): T;
  function tidy<T extends Holder>(name: string, f: () => T): T;
  function dispose(container: Holder): void;
}
