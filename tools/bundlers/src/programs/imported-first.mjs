// Imports the contract before tfjs-core, in plain Node, and computes a gradient.
import '@unroll/backend';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';

const derivative = tf
  .grad((v) => tf.mul(tf.tanh(v), v))(tf.scalar(0.5))
  .dataSync()[0];
const second = tf
  .grad(tf.grad((v) => tf.mul(tf.square(v), v)))(tf.scalar(2))
  .dataSync()[0];
console.log(JSON.stringify({ derivative, second, oneEngine: tf.engine() === globalThis._tfengine }));
