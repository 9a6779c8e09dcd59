"""RNN, LSTM and GRU: a balanced half of the full factorial of their options, and some unusual sizes."""
import itertools
import math

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from fixture import Case

MODULES = {'rnn_tanh': nn.RNN, 'rnn_relu': nn.RNN, 'lstm': nn.LSTM, 'gru': nn.GRU}
LAYOUTS = (
    'unbatched',
    'time first',
    'batch first',
    'packed sorted time first',
    'packed sorted batch first',
    'packed unsorted time first',
    'packed unsorted batch first',
)


def describe(o):
    words = [o['mode'], f"{o['numLayers']} layer{'s' if o['numLayers'] > 1 else ''}"]
    words.append('both directions' if o['bidirectional'] else 'one direction')
    words.append(o['layout'] + (f" {o['lengths']}" if o['lengths'] else ''))
    words.append('bias' if o['bias'] else 'no bias')
    words.append('state given' if o['stateGiven'] else 'zero state')
    if o['projSize']:
        words.append(f"projection {o['projSize']}")
    if o['dropout']:
        words.append(f"dropout {o['dropout']} in evaluation")
    batch = '' if o['layout'] == 'unbatched' else f" N={o['batch']}"
    words.append(f"T={o['steps']}{batch} I={o['inputSize']} H={o['hiddenSize']}")
    return ', '.join(words)


def ragged(steps, batch, ordered, salt):
    """Lengths in 1…steps. One of them is `steps`, at a different position each time."""
    lengths = [(salt * 5 + row * 3) % steps + 1 for row in range(batch)]
    lengths[salt % batch] = steps
    return sorted(lengths, reverse=True) if ordered else lengths


def configurations():
    sizes = itertools.cycle([(4, 3, 3, 3), (3, 2, 1, 5), (5, 4, 5, 2), (1, 3, 2, 7), (6, 1, 4, 3), (2, 5, 2, 1), (4, 2, 6, 5)])
    kinds = (('rnn_tanh', 0), ('rnn_relu', 0), ('lstm', 0), ('lstm', 1), ('gru', 0))
    factors = itertools.product(enumerate(kinds), (1, 2, 3), (False, True), enumerate(LAYOUTS), (True, False), (False, True))
    for number, ((kind, (mode, projected)), layers, both, (layout_number, layout), bias, state) in enumerate(factors):
        # Half of all combinations: every setting of a few factors still occurs with both values of
        # the others.
        if (kind + layers + both + layout_number + bias + state) % 2:
            continue
        steps, batch, input_size, hidden_size = next(sizes)
        if projected and hidden_size == 1:
            hidden_size = 4
        if 'unsorted' in layout:
            batch = max(batch, 2)
        yield configuration(
            mode, layers, both, layout, bias, state,
            proj_size=projected and 1 + number % (hidden_size - 1),
            sizes=(steps, batch, input_size, hidden_size),
            lengths=ragged(steps, batch, 'unsorted' not in layout, number) if 'packed' in layout else None,
        )
    # Odd sizes near the widths of vector registers and tiles; one row, one step, long sequences,
    # dropout in evaluation mode.
    for mode, hidden_size in itertools.product(('rnn_tanh', 'rnn_relu', 'lstm', 'gru'), (8, 17, 33)):
        yield configuration(mode, 1, hidden_size == 17, 'time first', True, True, 0, (3, 5, 9, hidden_size))
    for mode in ('rnn_tanh', 'rnn_relu', 'lstm', 'gru'):
        yield configuration(mode, 1, False, 'batch first', True, False, 0, (1, 1, 1, 1))
        yield configuration(mode, 1, True, 'packed unsorted time first', True, True, 0, (60, 4, 2, 3), [17, 60, 1, 42])
        yield configuration(mode, 2, True, 'time first', True, False, 0, (3, 2, 3, 4), dropout=0.5)
    yield configuration('lstm', 2, True, 'packed unsorted batch first', True, True, 16, (5, 3, 7, 17), [2, 5, 4])
    yield configuration('lstm', 1, False, 'unbatched', True, True, 5, (40, 1, 3, 9))


def configuration(mode, layers, both, layout, bias, state, proj_size, sizes, lengths=None, dropout=0):
    steps, batch, input_size, hidden_size = sizes
    return {
        'mode': mode, 'inputSize': input_size, 'hiddenSize': hidden_size, 'numLayers': layers, 'bias': bias,
        'bidirectional': both, 'projSize': int(proj_size), 'dropout': dropout, 'layout': layout,
        'batchFirst': 'batch first' in layout, 'lengths': lengths, 'enforceSorted': 'packed sorted' in layout,
        'steps': steps, 'batch': batch, 'stateGiven': state,
    }  # fmt: skip


def make_module(o):
    extra = {'nonlinearity': o['mode'][4:]} if o['mode'].startswith('rnn') else {}
    if o['projSize']:
        extra['proj_size'] = o['projSize']
    return MODULES[o['mode']](
        o['inputSize'], o['hiddenSize'], o['numLayers'], bias=o['bias'], batch_first=o['batchFirst'],
        dropout=o['dropout'], bidirectional=o['bidirectional'], **extra,
    ).eval()  # fmt: skip


def compute(o):
    case = Case(describe(o), **o)
    module = make_module(o)
    case.parameters(module, 1 / math.sqrt(o['hiddenSize']))
    unbatched = o['layout'] == 'unbatched'
    rows = [] if unbatched else [o['batch']]
    shape = rows + [o['steps']] if o['batchFirst'] else [o['steps']] + rows
    x = case.drawn('input', shape + [o['inputSize']])

    state = None
    if o['stateGiven']:
        stacked = [o['numLayers'] * (2 if o['bidirectional'] else 1)] + rows
        h0 = case.drawn('h_0', stacked + [o['projSize'] or o['hiddenSize']])
        state = (h0, case.drawn('c_0', stacked + [o['hiddenSize']])) if o['mode'] == 'lstm' else h0

    if o['lengths']:
        packed = pack_padded_sequence(x, torch.tensor(o['lengths']), o['batchFirst'], o['enforceSorted'])
        packed_output, last = module(packed, state)
        output, lengths = pad_packed_sequence(packed_output, o['batchFirst'])
        assert lengths.tolist() == o['lengths']
    else:
        output, last = module(x, state)
    outputs = {'output': output, 'h_n': last[0], 'c_n': last[1]} if o['mode'] == 'lstm' else {'output': output, 'h_n': last}
    return case.answer(outputs).json()


def cases():
    return [compute(o) for o in configurations()]
