import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { useBackend, tfjsBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime, onnxruntimeStatistics } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
const which = process.argv[2], N=+(process.argv[3]??8), H=+(process.argv[4]??64);
await useBackend(which === 'ort' ? onnxruntime({threads: 2}) : which === 'cpu' ? cpu({threads:2}) : tfjsBackend('cpu'));
class L extends nn.Cell {
  constructor(i,h){super();this.inputSize=i;this.outputSize=h;this.a=new nn.Linear({inFeatures:i,outFeatures:4*h});this.b=new nn.Linear({inFeatures:h,outFeatures:4*h});}
  zeroState(r){return [tf.zeros([r,this.outputSize]),tf.zeros([r,this.outputSize])];}
  step(x,[h,c]){
    const [i,f,g,o]=tf.split(tf.add(this.a.forward(x),this.b.forward(h)),4,1);
    const c2=tf.add(tf.mul(tf.sigmoid(f),c),tf.mul(tf.sigmoid(i),tf.tanh(g)));
    const h2=tf.mul(tf.sigmoid(o),tf.tanh(c2)); return [h2,[h2,c2]];
  }
}
const layer = new nn.Recurrent(new L(16,H));
const lens = (process.argv[5] ?? '100,500,2000,2000,1999,1000').split(',').map(Number);
for (const T of lens) {
  const x = tf.randomNormal([T,N,16]);
  await x.data();
  let t0 = performance.now();
  const [y] = layer.forward(x); await y.data();
  const f = performance.now()-t0; t0=performance.now();
  const before = which==='ort' && onnxruntimeStatistics();
  const {value, grads} = tf.variableGrads(()=>tf.mean(tf.square(layer.forward(x)[0])), layer.parameters());
  const rec = performance.now()-t0;
  await value.data(); for (const g of Object.values(grads)) await g.data();
  const b = performance.now()-t0;
  const s = which==='ort' ? onnxruntimeStatistics() : {};
  console.log(which, 'T', T, 'forward', f.toFixed(0), 'fwd+bwd', b.toFixed(0), 'recording', rec.toFixed(0), which==='ort'? `sessions ${s.sessionsCreated} creationMs ${s.creationMs.toFixed(0)} ${JSON.stringify(s)}`:'');
  tf.dispose([x,y,value,grads]);
}
process.exit();
