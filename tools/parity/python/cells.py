"""RNNCell (both nonlinearities), LSTMCell and GRUCell: every combination of bias, given state and batch."""
import itertools
import math

from torch import nn

from fixture import Case

KINDS = {
    'rnn_tanh': lambda i, h, bias: nn.RNNCell(i, h, bias, 'tanh'),
    'rnn_relu': lambda i, h, bias: nn.RNNCell(i, h, bias, 'relu'),
    'lstm': nn.LSTMCell,
    'gru': nn.GRUCell,
}


def cases():
    sizes = itertools.cycle([(3, 5), (1, 3), (4, 1), (6, 17), (2, 7)])
    return [
        compute(mode, bias, state, batch, *next(sizes))
        for mode, bias, state, batch in itertools.product(KINDS, (True, False), (True, False), (None, 1, 3))
    ]


def compute(mode, bias, state_given, batch, input_size, hidden_size):
    name = f"{mode} cell, {'bias' if bias else 'no bias'}, {'state given' if state_given else 'zero state'}, "
    name += ('unbatched' if batch is None else f'N={batch}') + f' I={input_size} H={hidden_size}'
    case = Case(
        name, mode=mode, bias=bias, stateGiven=state_given, inputSize=input_size, hiddenSize=hidden_size
    )
    cell = KINDS[mode](input_size, hidden_size, bias)
    case.parameters(cell, 1 / math.sqrt(hidden_size))
    rows = [] if batch is None else [batch]
    x = case.drawn('input', rows + [input_size])
    state = None
    if state_given:
        h0 = case.drawn('h_0', rows + [hidden_size])
        state = (h0, case.drawn('c_0', rows + [hidden_size])) if mode == 'lstm' else h0
    last = cell(x, state)
    return case.answer({'h_n': last[0], 'c_n': last[1]} if mode == 'lstm' else {'h_n': last}).json()
