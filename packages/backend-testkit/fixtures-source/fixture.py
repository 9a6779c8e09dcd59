"""The parts of every fixture: reproducible random numbers, cases, and the files with the cases.

Inputs and parameters are not stored. A case stores their names and shapes, and both this script and the tests draw their
values from the case's name: see `draw`. Only PyTorch's results are stored, as little-endian float32 in base64.
`@unroll/backend-testkit/torch` reads it. tools/parity/python uses this module too.
"""
import base64
import json

import numpy
import torch


def fnv1a(text):
    """The 32-bit FNV-1a hash of a text's UTF-8 bytes."""
    hashed = 0x811C9DC5
    for byte in text.encode():
        hashed = ((hashed ^ byte) * 0x01000193) & 0xFFFFFFFF
    return hashed


def philox_words(key, count):
    """The first `count` words of Philox4x32-10 under the key `[key, 0]`, counters [0, 0, 0, 0], [1, 0, 0, 0], …"""
    low_word = numpy.uint64(0xFFFFFFFF)
    upper = numpy.uint64(32)
    blocks = (count + 3) // 4
    c0 = numpy.arange(blocks, dtype=numpy.uint64)
    c1, c2, c3 = (numpy.zeros(blocks, numpy.uint64) for _ in range(3))
    k0, k1 = key, 0
    for _ in range(10):
        product0 = c0 * numpy.uint64(0xD2511F53)
        product1 = c2 * numpy.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = (
            (product1 >> upper) ^ c1 ^ numpy.uint64(k0),
            product1 & low_word,
            (product0 >> upper) ^ c3 ^ numpy.uint64(k1),
            product0 & low_word,
        )
        k0 = (k0 + 0x9E3779B9) & 0xFFFFFFFF
        k1 = (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return numpy.stack([c0, c1, c2, c3], axis=1).reshape(-1)[:count]


def draw(key, shape, low=-1.0, high=1.0):
    """A float32 tensor, uniform in [low, high): word i of the Philox stream whose key is the FNV-1a hash of `key`."""
    count = int(numpy.prod(shape, dtype=numpy.int64))
    uniform = philox_words(fnv1a(key), count).astype(numpy.float64) / 2.0**32
    return torch.from_numpy((low + (high - low) * uniform).astype(numpy.float32).reshape(shape))


def encode(tensor):
    values = tensor.detach().to(torch.float32).contiguous().numpy().astype('<f4')
    return {'shape': list(values.shape), 'float32': base64.b64encode(values.tobytes()).decode()}


class Case:
    """One configuration: its options, its tensors and, after the computation, PyTorch's results."""

    def __init__(self, name, **options):
        self.name = name
        self.options = options
        self.inputs = {}
        self.expected = {}
        self.gradients = {}
        self._leaves = {}

    def drawn(self, name, shape, low=-1.0, high=1.0, gradient=True):
        """An input whose values are drawn from the case's name. Its gradient is recorded on request."""
        tensor = draw(f'{self.name}/{name}', shape, low, high)
        self.inputs[name] = {'shape': list(shape)}
        if (low, high) != (-1.0, 1.0):
            self.inputs[name]['range'] = [low, high]
        return self.leaf(name, tensor.requires_grad_()) if gradient else tensor

    def leaf(self, name, tensor):
        """Requests that the gradient of a tensor is recorded."""
        self._leaves[name] = tensor
        return tensor

    def integers(self, name, values):
        """An int32 input with stored values."""
        tensor = torch.tensor(values)
        self.inputs[name] = {'shape': list(tensor.shape), 'int32': tensor.flatten().tolist()}
        return tensor

    def parameters(self, module, bound=1.0):
        """Overwrites a module's parameters with drawn values, named by their state-dict keys."""
        for key, parameter in module.named_parameters():
            values = self.drawn(key, list(parameter.shape), -bound, bound, gradient=False)
            with torch.no_grad():
                parameter.copy_(values)
            self.leaf(key, parameter)

    def answer(self, outputs):
        """
        Records the outputs by name, and the gradients of one number: the sum over all outputs of the output's
        elements times weights drawn under `functional/<output>`.
        """
        total = torch.zeros(())
        for name, output in outputs.items():
            self.expected[name] = encode(output)
            weights = draw(f'{self.name}/functional/{name}', list(output.shape))
            if output.requires_grad:
                total = total + (output * weights).sum()
        total.backward()
        for name, leaf in self._leaves.items():
            gradient = leaf.grad if leaf.grad is not None else torch.zeros_like(leaf)
            self.gradients[name] = encode(gradient)
        return self

    def json(self):
        fields = {'name': self.name, 'options': self.options, 'inputs': self.inputs, 'expected': self.expected}
        if self.gradients:
            fields['gradients'] = self.gradients
        return fields


def write(folder, file_name, cases):
    """Writes one file of cases, one case per line, into a folder (a pathlib.Path)."""
    names = [case['name'] for case in cases]
    doubled = {name for name in names if names.count(name) > 1}
    assert not doubled, f'{file_name}: names must differ, as values are drawn from them: {sorted(doubled)}'
    lines = ',\n'.join(json.dumps(case, ensure_ascii=False, separators=(',', ':')) for case in cases)
    path = folder / file_name
    path.write_text(f'{{"torch":"{torch.__version__}","cases":[\n{lines}\n]}}\n')
    print(f'{file_name}: {len(cases)} cases, {path.stat().st_size / 1024:.0f} KiB')
