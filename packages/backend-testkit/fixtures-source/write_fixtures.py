"""Writes src/fixtures/*.json: PyTorch's results for the calls that test a backend's kernels.

Run with Debian's python3-torch: /usr/bin/python3 packages/backend-testkit/fixtures-source/write_fixtures.py
Inputs are not stored: both sides draw them from the case's name. See fixture.py.
"""
import itertools
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import cross_entropy, ctc_loss, embedding

import fixture
from fixture import Case

FIXTURES = Path(__file__).resolve().parents[1] / 'src/fixtures'

GATES = {'rnn_tanh': 1, 'rnn_relu': 1, 'lstm': 4, 'gru': 3}
# The names of `recurrent` and the corresponding prefixes of PyTorch's names.
WEIGHTS = {'weightIh': 'weight_ih', 'weightHh': 'weight_hh', 'biasIh': 'bias_ih', 'biasHh': 'bias_hh', 'weightHr': 'weight_hr'}


def module(mode, features, hidden, projected, bias):
    """
    Both directions: the second is `recurrent` with `reverse`. Alone, PyTorch runs only the forward direction.
    """
    options = dict(bias=bias, bidirectional=True)
    if mode == 'lstm':
        return nn.LSTM(features, hidden, proj_size=projected, **options)
    if mode == 'gru':
        return nn.GRU(features, hidden, **options)
    return nn.RNN(features, hidden, nonlinearity=mode.removeprefix('rnn_'), **options)


def spoil(case, key, tensor, spoiled):
    """
    Inserts numbers that are not finite. Each is given as a pair of an element's index and the number's name.
    """
    places = spoiled.get(key)
    if not places:
        return tensor
    flat = tensor.detach().clone().flatten()
    for place, value in places:
        flat[place] = float(value)
    case.options.setdefault('spoiled', {})[key] = places
    return flat.reshape(tensor.shape)


def recurrent(
    mode, steps=4, rows=3, features=3, hidden=5, projected=0, reverse=False, lengths=None, bias=True, state=True, spoiled={}
):
    name = (
        f'{mode}, T={steps} N={rows} I={features} H={hidden}'
        + (f' P={projected}' if projected else '')
        + (', reverse' if reverse else '')
        + (f', lengths {lengths}' if lengths else '')
        + ('' if bias else ', no bias')
        + ('' if state else ', no state')
        + ''.join(f', {" and ".join(value for _, value in places)} in {key}' for key, places in spoiled.items())
    )
    case = Case(name, mode=mode, reverse=reverse)
    output = projected or hidden
    bound = 0.8 / hidden**0.5
    shapes = {'weightIh': [GATES[mode] * hidden, features], 'weightHh': [GATES[mode] * hidden, output]}
    if bias:
        shapes.update({key: [GATES[mode] * hidden] for key in ('biasIh', 'biasHh')})
    if projected:
        shapes['weightHr'] = [projected, hidden]
    x = spoil(case, 'x', case.drawn('x', [steps, rows, features]), spoiled)
    rnn = module(mode, features, hidden, projected, bias)
    for key, shape in shapes.items():
        values = case.drawn(key, shape, -bound, bound, gradient=False)
        parameter = getattr(rnn, WEIGHTS[key] + '_l0' + ('_reverse' if reverse else ''))
        with torch.no_grad():
            parameter.copy_(spoil(case, key, values, spoiled))
        case.leaf(key, parameter)

    def initial(key, size):
        given = spoil(case, key, case.drawn(key, [rows, size]), spoiled) if state else torch.zeros(rows, size)
        other = torch.zeros(rows, size)
        return torch.stack([other, given] if reverse else [given, other])

    if lengths:
        case.integers('lengths', lengths)
        packed = nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
    h0 = initial('h0', output)
    states = (h0, initial('c0', hidden)) if mode == 'lstm' else h0
    y, last = rnn(packed if lengths else x, states)
    if lengths:
        y, _ = nn.utils.rnn.pad_packed_sequence(y, total_length=steps)
    direction = 1 if reverse else 0
    outputs = {'y': y[..., direction * output : (direction + 1) * output]}
    for key, value in zip(('hN', 'cN'), last if mode == 'lstm' else (last,)):
        outputs[key] = value[direction]
    if spoiled:
        case.expected = {key: fixture.encode(value) for key, value in outputs.items()}
        return case
    return case.answer(outputs)


def non_finite_cases():
    """
    NaN and infinities in every input of every mode: each alone, and both infinities side by side, so that they
    cancel in a product.
    """
    kinds = (['nan'], ['inf'], ['-inf'], ['inf', '-inf'])
    number = 0
    for mode in GATES:
        inputs = ['x', 'weightIh', 'weightHh', 'biasIh', 'biasHh', 'h0']
        inputs += ['c0', 'weightHr'] if mode == 'lstm' else []
        for key, values in itertools.product(inputs, kinds):
            number += 1
            first = number % 4
            yield recurrent(
                mode,
                steps=3,
                rows=4,
                features=3,
                hidden=5,
                projected=3 if key == 'weightHr' else 0,
                reverse=number % 2 == 0,
                lengths=[2, 3, 1, 3] if number % 3 == 0 else None,
                state=key in ('h0', 'c0') or number % 5 > 0,
                spoiled={key: [[first + i, value] for i, value in enumerate(values)]},
            )
    for mode in GATES:
        # Without an initial state, the hidden part of the first step is 0·∞.
        yield recurrent(mode, rows=1, state=False, spoiled={'weightHh': [[0, 'inf']]})
        yield recurrent(mode, rows=2, hidden=17, spoiled={'x': [[2, 'nan']], 'weightIh': [[4, 'inf']], 'h0': [[20, '-inf']]})


def recurrent_cases():
    for mode, reverse, lengths in itertools.product(GATES, (False, True), (None, [4, 1, 3])):
        yield recurrent(mode, reverse=reverse, lengths=lengths)
        yield recurrent(mode, reverse=reverse, lengths=lengths, bias=False, state=False)
        if mode == 'lstm':
            for projected in (1, 3):
                yield recurrent(mode, reverse=reverse, lengths=lengths, projected=projected)
    for mode in GATES:
        yield recurrent(mode, steps=1, rows=1, hidden=1, features=1)
        yield recurrent(mode, steps=2, rows=9, hidden=17, features=2)
        yield recurrent(mode, steps=2000, rows=1, hidden=2, features=1)
    yield recurrent('rnn_tanh', steps=3, rows=2, hidden=129, features=1)


def cross_entropy_cases():
    for weighted, smoothing, ignore in itertools.product((False, True), (0.0, 0.1, 1.0), (-100, 2)):
        name = f'cross-entropy, weighted {weighted}, smoothing {smoothing}, ignoring {ignore}'
        case = Case(name, labelSmoothing=smoothing, ignoreIndex=ignore)
        logits = case.drawn('logits', [7, 5], -4.0, 4.0)
        target = case.integers('target', [0, 4, ignore, 3, 1, ignore, 0])
        weight = case.drawn('weight', [5], 0.0, 2.0, gradient=False) if weighted else None
        loss = cross_entropy(logits, target, weight, ignore_index=ignore, label_smoothing=smoothing, reduction='none')
        yield case.answer({'loss': loss})


def embedding_cases():
    for padding in (None, 0, 3):
        case = Case(f'embedding, padding {padding}', **({} if padding is None else {'paddingIdx': padding}))
        weight = case.drawn('weight', [5, 3])
        indices = case.integers('indices', [[3, 0, 3], [1, 4, 0]])
        yield case.answer({'y': embedding(indices, weight, padding_idx=padding)})


def ctc_cases():
    targets = [[1, 1, 2], [3, 2, 1], [2, 3, 1]]
    for blank, input_lengths, target_lengths, zero_infinity in (
        (0, [6, 6, 6], [3, 3, 3], False),
        (0, [6, 4, 1], [3, 2, 0], False),
        # A repeated label needs a blank in between: 2 frames cannot spell [1, 1].
        (0, [2, 6, 3], [2, 3, 1], False),
        (0, [2, 6, 3], [2, 3, 1], True),
        (4, [6, 5, 4], [3, 3, 2], False),
    ):
        name = f'ctc, blank {blank}, inputs {input_lengths}, targets {target_lengths}, zero infinity {zero_infinity}'
        case = Case(name, blank=blank, zeroInfinity=zero_infinity)
        log_probs = case.drawn('logits', [6, 3, 5], -2.0, 2.0, gradient=False).log_softmax(-1).requires_grad_()
        case.leaf('logProbs', log_probs)
        loss = ctc_loss(
            log_probs,
            case.integers('targets', targets),
            case.integers('inputLengths', input_lengths),
            case.integers('targetLengths', target_lengths),
            blank=blank,
            reduction='none',
            zero_infinity=zero_infinity,
        )
        yield case.answer({'loss': loss})


STEPS = 4


def optimizer(kernel, made, attrs, state):
    """Steps of one parameter with given gradients; `state` maps the kernel's tensors to PyTorch's names."""
    settings = ', '.join(f'{key} {value}' for key, value in attrs.items())
    case = Case(f'{kernel}, {settings}', kernel=kernel, attrs=attrs, steps=STEPS, state=list(state))
    parameter = nn.Parameter(case.drawn('param', [2, 3], gradient=False).clone())
    optimizer = made([parameter])
    for step in range(1, STEPS + 1):
        parameter.grad = case.drawn(f'grad {step}', [2, 3], gradient=False)
        optimizer.step()
        case.expected[f'param {step}'] = fixture.encode(parameter)
        for key, theirs in state.items():
            case.expected[f'{key} {step}'] = fixture.encode(optimizer.state[parameter][theirs])
    return case


def optimizer_cases():
    optim = torch.optim
    for momentum, dampening, decay, nesterov, maximize in (
        (0.0, 0.0, 0.0, False, False),
        (0.0, 0.0, 0.2, False, True),
        (0.9, 0.0, 0.0, False, False),
        (0.9, 0.4, 0.2, False, False),
        (0.9, 0.0, 0.2, True, True),
    ):
        yield optimizer(
            'SgdStep',
            lambda p: optim.SGD(
                p, 0.1, momentum, dampening, decay, nesterov, maximize=maximize
            ),
            dict(lr=0.1, momentum=momentum, dampening=dampening, weightDecay=decay, nesterov=nesterov, maximize=maximize),
            {'momentumBuffer': 'momentum_buffer'} if momentum else {},
        )
    for decoupled, decay, amsgrad, maximize, eps in (
        (False, 0.0, False, False, 1e-8),
        (False, 0.2, True, False, 1e-8),
        (True, 0.2, False, True, 1e-8),
        (True, 0.2, True, False, 0.1),
    ):
        made = optim.AdamW if decoupled else optim.Adam
        yield optimizer(
            'AdamStep',
            lambda p: made(p, 0.1, (0.8, 0.9), eps, decay, amsgrad, maximize=maximize),
            dict(lr=0.1, beta1=0.8, beta2=0.9, eps=eps, weightDecay=decay, decoupledWeightDecay=decoupled, maximize=maximize),
            {
                'expAvg': 'exp_avg',
                'expAvgSq': 'exp_avg_sq',
                **({'maxExpAvgSq': 'max_exp_avg_sq'} if amsgrad else {}),
            },
        )
    for momentum, centered, decay, eps in (
        (0.0, False, 0.0, 1e-8),
        (0.9, False, 0.2, 1e-8),
        (0.0, True, 0.2, 0.1),
        (0.9, True, 0.0, 1e-2),
    ):
        yield optimizer(
            'RmspropStep',
            lambda p: optim.RMSprop(p, 0.01, 0.8, eps, decay, momentum, centered),
            dict(lr=0.01, alpha=0.8, eps=eps, weightDecay=decay, momentum=momentum, maximize=False),
            {
                'squareAvg': 'square_avg',
                **({'momentumBuffer': 'momentum_buffer'} if momentum else {}),
                **({'gradAvg': 'grad_avg'} if centered else {}),
            },
        )
    for decay, maximize, eps in ((0.0, False, 1e-10), (0.2, True, 0.1)):
        yield optimizer(
            'AdagradStep',
            lambda p: optim.Adagrad(p, 0.1, weight_decay=decay, eps=eps, maximize=maximize),
            dict(lr=0.1, eps=eps, weightDecay=decay, maximize=maximize),
            {'sum': 'sum'},
        )


def global_norm_cases():
    case = Case('globalNorm of three tensors')
    tensors = [case.drawn(f'x{i}', shape, gradient=False) for i, shape in enumerate(([3, 4], [1], [2, 2, 5]))]
    case.expected['norm'] = fixture.encode(torch.cat([tensor.flatten() for tensor in tensors]).norm())
    yield case


def write(file_name, cases):
    fixture.write(FIXTURES, file_name, [case.json() for case in cases])


# Some of the drawn values themselves: if the two sides ever draw differently, one test should
# report it, not a thousand.
KEYS = ('', 'a', 'gru, both directions →')
drawn = [{'name': key, 'expected': {'values': fixture.encode(fixture.draw(key, [6], -2, 3))}} for key in KEYS]
fixture.write(FIXTURES, 'drawn.json', drawn)
write('recurrent.json', recurrent_cases())
write('recurrent-non-finite.json', non_finite_cases())
write('cross-entropy.json', cross_entropy_cases())
write('embedding.json', embedding_cases())
write('ctc.json', ctc_cases())
write('optimizer.json', optimizer_cases())
write('global-norm.json', global_norm_cases())
